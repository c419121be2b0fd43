/** Epoch milliseconds of an ISO date-time. */
export function at(iso: string): number {
  const instant = Date.parse(iso)
  if (Number.isNaN(instant)) throw new Error(`Not a date-time: ${iso}`)
  return instant
}

/** An instant as the API shows it, to the second. */
export function iso(instant: number): string {
  return new Date(instant).toISOString().replace('.000Z', 'Z')
}
