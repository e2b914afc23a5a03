"""Many documents: what is given becomes a plan, warm processes work it off, and the results become tables.

    PATH… → sources → plan → seats (a process each: desk) → journal → tables and the page

No judgement here: every document goes through `agent.review` as one alone does.
"""
