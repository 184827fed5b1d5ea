package check

import "math/big"

type bigRat = big.Rat

func ratOf(n int64) *big.Rat { return new(big.Rat).SetInt64(n) }
