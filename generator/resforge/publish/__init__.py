"""Writes a rendered project to disk: plan, diff, stage, rename, lock.

`generate.generate_project` does it all from a schema file; `run.publish` from rendered files;
`plan.make_plan` only decides. Nothing here imports Jinja or pydantic before it is needed, and this
module imports nothing, so that a run with nothing to do stays cheap.
"""
