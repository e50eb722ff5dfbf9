/**
 * A best hit below this score is a weak answer, for the monitor and for low-performing queries. Measured for the
 * shipped model with scripts/tune-fusion.ts: nineteen in twenty answerable dev queries beat it, and seven in ten
 * without a good answer do not.
 */
export const WEAK_BELOW = 0.25
