"""Persons and households, their income, and the register of the labour force."""

from yigang.people.models.households import Household, HouseholdCause, HouseholdSize, VillageCentre
from yigang.people.models.incomes import IncomeYear, ReliefPlan, WarningLine
from yigang.people.models.persons import BankAccount, CardReading, Consent, Hardship, Kinship, Person
from yigang.people.models.register import LabourList, LabourListVersion, LabourRecord, RegisterChange, RegisterEdition

__all__ = [
    "BankAccount", "CardReading", "Consent", "Hardship", "Household", "HouseholdCause", "HouseholdSize", "IncomeYear",
    "Kinship", "LabourList", "LabourListVersion", "LabourRecord", "Person", "RegisterChange", "RegisterEdition", "ReliefPlan",
    "VillageCentre", "WarningLine",
]  # fmt: skip
