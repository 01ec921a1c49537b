/* Days and hours of the demo. Brazil has had no summer time since Decree 9.772/2019, so São Paulo is always three hours behind UTC. */

export const minute = 60_000
export const day = 24 * 60 * minute
const zone = 3 * 60 * minute

/** Midnight, in Brasília time, of the day that is `offset` days from now. */
export const midnight = (now: number, offset = 0) => Math.floor((now - zone) / day) * day + zone + offset * day
/** 0 is Sunday. */
export const weekdayOf = (at: number) => new Date(at - zone).getUTCDay()
/** YYYY-MM-DD in Brasília time. */
export const dateOf = (at: number) => new Date(at - zone).toISOString().slice(0, 10)
export const iso = (at: number) => new Date(at).toISOString()
