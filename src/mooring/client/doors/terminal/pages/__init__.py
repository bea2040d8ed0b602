"""The pages of the terminal form, each showing the snapshots of one page of the view-model."""
