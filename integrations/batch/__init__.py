"""Many documents: what is given becomes a plan, the plan is worked off by warm processes, and the results become tables.

    PATH… → sources → plan → seats (a process each: desk) → journal → tables and the page

No judgement here: every document goes through `agent.review` as one alone does.
"""
