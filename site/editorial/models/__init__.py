from editorial.models.articles import ArticleIndexPage, ArticlePage
from editorial.models.home import HomePage
from editorial.models.letters import Letter
from editorial.models.standard import StandardPage
from editorial.models.themes import ThemeIndexPage, ThemePage

__all__ = ["ArticleIndexPage", "ArticlePage", "HomePage", "Letter", "StandardPage", "ThemeIndexPage", "ThemePage"]
