/** The bounds of usage answers, each with its reason. */

/**
 * Groups of one charge that one answer lists, unless fewer are asked for: what a screen or a sheet takes. The others are on the
 * pages that follow; every total covers them.
 */
export const MAX_GROUPS_PER_PAGE = 1_000
/** Rows of groups, and of filters within groups, that one answer may hold: some 300 bytes each, and an answer crosses processes whole. */
export const MAX_GROUP_ROWS = 40_000
/** Values of presentation keys that one row tells apart: a fee keeps them in one column, and a column holds 2 MB. */
export const MAX_BREAKDOWNS = 1_000
/** Characters of these values together. */
export const MAX_BREAKDOWN_TEXT = 200_000
/** Entries of one `filter_by_presentation`. */
export const MAX_PRESENTATION_WISHES = 100
