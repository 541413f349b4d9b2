"""What the app costs and how late it is; and the soak test, which counts what is lost over restarts."""
