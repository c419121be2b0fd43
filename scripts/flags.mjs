/**
 * The values of a command line flag, in order, in both spellings: `--flag value` and `--flag=value`. A flag with a list takes
 * every word up to the next flag.
 *
 * @param {readonly string[]} args
 * @param {string} flag
 * @returns {string[]}
 */
export function flagValues(args, flag) {
  const values = []
  for (let i = 0; i < args.length; i++) {
    if (args[i].startsWith(`${flag}=`)) values.push(args[i].slice(flag.length + 1))
    else if (args[i] === flag) while (i + 1 < args.length && !args[i + 1].startsWith('--')) values.push(args[++i])
  }
  return values
}

/**
 * The last value of a flag, undefined without one.
 *
 * @param {readonly string[]} args
 * @param {string} flag
 */
export const flagValue = (args, flag) => flagValues(args, flag).at(-1)
