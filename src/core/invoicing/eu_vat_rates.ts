/** Standard rates of the member states, percent, as of 1 January 2026. */
export const STANDARD_RATES: Readonly<Record<string, string>> = {
  AT: '20',
  BE: '21',
  BG: '20',
  CY: '19',
  CZ: '21',
  DE: '19',
  DK: '25',
  EE: '24',
  ES: '21',
  FI: '25.5',
  FR: '20',
  GR: '24',
  HR: '25',
  HU: '27',
  IE: '23',
  IT: '22',
  LT: '21',
  LU: '17',
  LV: '21',
  MT: '18',
  NL: '21',
  PL: '23',
  PT: '23',
  RO: '21',
  SE: '25',
  SI: '22',
  SK: '23',
}

export const isMemberState = (country: string): boolean => Object.hasOwn(STANDARD_RATES, country)

export interface SpecialTerritory {
  readonly country: string
  /** As it stands in the code of its tax. */
  readonly name: string
  readonly title: string
  /** How its postal codes begin. */
  readonly zipPrefixes: readonly string[]
  /** Percent, as of 1 January 2026; 0 where the union's VAT does not hold. */
  readonly rate: string
  /** Whether only customers with a valid VAT number pay it. */
  readonly businessOnly: boolean
}

const territory = (country: string, name: string, title: string, rate: string, zipPrefixes: readonly string[]) => ({
  country,
  name,
  title,
  rate,
  zipPrefixes,
  businessOnly: country === 'FR',
})

/** Parts of member states with a rate of their own, told by their postal codes. */
export const SPECIAL_TERRITORIES: readonly SpecialTerritory[] = [
  territory('AT', 'jungholz', 'Jungholz', '19', ['6691']),
  territory('AT', 'mittelberg', 'Mittelberg', '19', ['6991', '6992', '6993']),
  territory('DE', 'busingen_am_hochrhein', 'Büsingen am Hochrhein', '0', ['78266']),
  territory('DE', 'heligoland', 'Heligoland', '0', ['27498']),
  territory('ES', 'canary_islands', 'Canary Islands', '0', ['35', '38']),
  territory('ES', 'ceuta', 'Ceuta', '0', ['51']),
  territory('ES', 'melilla', 'Melilla', '0', ['52']),
  territory('FI', 'aland', 'Åland', '0', ['22']),
  territory('FR', 'guadeloupe', 'Guadeloupe', '8.5', ['971']),
  territory('FR', 'guyane', 'Guyane', '0', ['973']),
  territory('FR', 'martinique', 'Martinique', '8.5', ['972']),
  territory('FR', 'mayotte', 'Mayotte', '0', ['976']),
  territory('FR', 'reunion', 'Réunion', '8.5', ['974']),
  territory('GR', 'mount_athos', 'Mount Athos', '0', ['63086', '63087']),
  territory('IT', 'campione_d_italia', "Campione d'Italia", '0', ['22061']),
  territory('IT', 'livigno', 'Livigno', '0', ['23041']),
  territory('PT', 'azores', 'Azores', '16', ['95', '96', '97', '98', '99']),
  territory('PT', 'madeira', 'Madeira', '22', ['90', '91', '92', '93', '94']),
]

/** The special territory of the country that the postal code lies in. Spaces, dashes and a leading country do not count. */
export function exceptionAt(country: string, zipcode: string | null): SpecialTerritory | undefined {
  const digits = (zipcode ?? '').replace(/\D/g, '')
  return SPECIAL_TERRITORIES.find(
    (one) => one.country === country && one.zipPrefixes.some((prefix) => digits.startsWith(prefix)),
  )
}
