"""The way to a model and back: which keys there are, what they offer, how to ask, and what an answer is made of."""
