"""The main job in headless Chromium against a real server."""
