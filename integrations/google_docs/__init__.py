"""Google Docs: a document is read with the place of every character, and the review goes beside the words it is about.

    documents.get → reader → Document → agent.service → remarks → writing → one batch of comments
    changes.list or a push → bot → threads → talk → agent.service → a reply, and the comment is resolved

The text of a document is never changed: the only requests that are sent insert comments and replies.
"""
