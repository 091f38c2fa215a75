"""Problems and errors as data."""

from __future__ import annotations

from resforge.problems import EnvironmentProblem, Problem, UserError


class TestProblem:
    def test_text_form(self) -> None:
        """The text form has the place, the sentence, the hint and the code."""
        problem = Problem(
            'unknown key "formt"', "unknown-key", "minimal.yaml", 12, 5, 'did you mean "format"?'
        )

        assert str(problem) == (
            'minimal.yaml:12:5: error: unknown key "formt" (did you mean "format"?) [unknown-key]'
        )

    def test_without_place_or_hint(self) -> None:
        """What is not known is left out."""
        assert str(Problem("no compiler", "no-compiler")) == "error: no compiler [no-compiler]"


class TestUserError:
    def test_exit_codes(self) -> None:
        """Wrong input ends with 2, a lacking machine with 4, unless said otherwise."""
        problem = Problem("wrong", "wrong")

        assert UserError(problem).exit_code == 2
        assert UserError(problem, exit_code=3).exit_code == 3
        assert EnvironmentProblem(problem).exit_code == 4

    def test_text_holds_all_problems(self) -> None:
        """Converted to text, the error has a line for each problem."""
        error = UserError(Problem("one", "a"), Problem("two", "b"))

        assert str(error) == "error: one [a]\nerror: two [b]"
        assert [problem.code for problem in error.problems] == ["a", "b"]
