"""What more than one family uses: personas, conversations, public data sets, the nouns of their items."""
