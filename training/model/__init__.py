"""How the static model that Flames ships is made: `make model`. README.md beside this says why."""
