"""Inside the model: where a behaviour can be read, what moves it, and what the controls say."""
