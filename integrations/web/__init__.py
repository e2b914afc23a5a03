"""One web process: the upload page, the REST API, Slack over HTTP, Google's push notifications, health and metrics.

It translates and calls `agent.service`; no judgement is here. Starlette and uvicorn are imported by `serve` alone.
"""
