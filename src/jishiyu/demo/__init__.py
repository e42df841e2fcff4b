"""The invented city: unions, people, settlements with all kinds of dirt, accidents and fires.

Everybody and every enterprise in it is invented. `city.build` writes the files; docs/reference/demo-city.md says
what is in them, how the amounts were fitted to published figures, and what is assumed.
"""
