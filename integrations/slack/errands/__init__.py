"""What a delivery from Slack asks for, done with the service and told in Slack. One function for each kind of job."""
