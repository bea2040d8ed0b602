"""How a page is asked for and answered: who visits, what their browser may do, what forms are believed."""
