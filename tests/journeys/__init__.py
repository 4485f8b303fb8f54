"""The main job as people do it: through pages, following the real forms, with every guard switched on."""
