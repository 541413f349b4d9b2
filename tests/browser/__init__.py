"""The app in a real browser, served as it is on a dyno."""
