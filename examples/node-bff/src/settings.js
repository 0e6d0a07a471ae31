// What the BFF is told by its environment, checked before anything starts.

const VARIABLES = {
  host: { name: 'BFF_HOST', fallback: '127.0.0.1' },
  port: { name: 'BFF_PORT', fallback: '8080', min: 0, max: 65_535 },
  server: { name: 'SECKILL_SERVER', fallback: '127.0.0.1:9090' },
  // How long a browser waits for a decision, all attempts and pauses between them included.
  patienceMillis: { name: 'BFF_PATIENCE_MILLIS', fallback: '3000', min: 100, max: 60_000 },
  // How long calls under way may take to end after SIGTERM.
  drainMillis: { name: 'BFF_DRAIN_MILLIS', fallback: '10000', min: 0, max: 60_000 },
};

/** The settings, or an Error that names every variable at fault. */
export function settings(environment) {
  const faults = [];
  const found = {};
  for (const [key, { name, fallback, min, max }] of Object.entries(VARIABLES)) {
    const text = environment[name] || fallback;
    if (min === undefined) {
      found[key] = text;
    } else if (/^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max) {
      found[key] = Number(text);
    } else {
      faults.push(`${name}: ${text} (expected: ${min}..${max})`);
    }
  }
  if (faults.length > 0) {
    throw new Error(faults.join('\n'));
  }
  return found;
}
