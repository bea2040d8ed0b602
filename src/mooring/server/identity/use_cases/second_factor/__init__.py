"""The second factor: an app's codes after the password, and recovery codes for the day it is gone."""
