"""From a review to Block Kit payloads, as plain dicts. Pure: no input or output, the same review gives the same blocks.

The SDK's own models are behind Slack (they know no charts), so nothing is built with them.
"""
