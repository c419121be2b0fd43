/** The API's notations of moments. Arguments are epoch milliseconds; null stays null. */

export function seconds(at: number): string
export function seconds(at: number | null): string | null
export function seconds(at: number | null): string | null {
  return at === null ? null : `${new Date(Math.floor(at / 1000) * 1000).toISOString().slice(0, -5)}Z`
}

export function milliseconds(at: number): string
export function milliseconds(at: number | null): string | null
export function milliseconds(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}

/** Boundaries of fees are written with an offset instead of `Z`. */
export function secondsWithOffset(at: number | null): string | null {
  return at === null ? null : seconds(at).replace('Z', '+00:00')
}

/** The shown end of a half-open stretch: one second before its exclusive bound. */
export const lastSecond = (exclusiveEndAt: number): number => exclusiveEndAt - 1000
