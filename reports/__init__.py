"""HTML leaderboards from run folders; knows no tasks and no sandbox."""
