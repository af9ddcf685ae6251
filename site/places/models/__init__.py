from places.models.gazetteer import Commune, Department, Region

__all__ = ["Commune", "Department", "Region"]
