"""Changes of a schema file's text that leave comments, order and everything else as they are."""

from resforge.edit.document import CannotEditError, Document, Edit, apply_edits
from resforge.edit.writing import replace_text

__all__ = ["CannotEditError", "Document", "Edit", "apply_edits", "replace_text"]
