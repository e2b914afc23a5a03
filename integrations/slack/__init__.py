"""The Slack door: `/review-finetune`, shortcuts, mentions and threads. It translates; `agent.service` judges."""
