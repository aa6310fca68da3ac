"""IMO-Bench: final answers (AnswerBench) and proofs (ProofBench) at the level of the IMO."""
