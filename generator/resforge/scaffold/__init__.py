"""Makes a new project: asks the questions of `copier.yml`, copies the template, generates."""
