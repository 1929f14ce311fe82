"""A small service that stands in for `referrals` in tests of the machinery: it notes what it was asked and heard.

What a handler does with a message is decided by the table `orders`, so that a test can tell a running process to
fail, to wait or to park.
"""
