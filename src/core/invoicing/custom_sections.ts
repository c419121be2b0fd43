/** What somebody wants of the words that invoices show beside their figures. */
export interface CustomSectionChoice {
  /** Wants none. */
  readonly skipsCustomSections: boolean
  /** Wants these; without any, whatever the next level wants. */
  readonly customSectionCodes: readonly string[]
}

/**
 * The codes of the sections that an invoice shows (invoicing rules, section 13): for each of what it bills the nearest level that
 * says anything decides, subscription, customer, billing entity; together each once, in that order.
 * @param own of the subscriptions that it bills, or of the invoice itself
 * @param known of the sections that there are: to name none of these is to say nothing
 */
export function customSectionCodes(
  own: readonly CustomSectionChoice[],
  customer: CustomSectionChoice,
  entityCodes: readonly string[],
  known: ReadonlySet<string>,
): readonly string[] {
  const nearest = own.length > 0 ? own : [customer]
  const entity = entityCodes.filter((code) => known.has(code))
  return [...new Set(nearest.flatMap((choice) => decided(choice, known) ?? decided(customer, known) ?? entity))]
}

function decided(choice: CustomSectionChoice, known: ReadonlySet<string>): readonly string[] | null {
  if (choice.skipsCustomSections) return []
  const codes = choice.customSectionCodes.filter((code) => known.has(code))
  return codes.length > 0 ? codes : null
}
