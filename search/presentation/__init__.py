from search.presentation.chips import in_words
from search.presentation.page import result_page

__all__ = ["in_words", "result_page"]
