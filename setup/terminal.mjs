const isTerminal = process.stdout.isTTY === true && process.env.NO_COLOR === undefined;
const running = new Set();

// Nobody reads on (`| head`): that is no reason to stop half-way.
process.stdout.on("error", (error) => {
  if (error.code !== "EPIPE") throw error;
});

const colour = (code, text) => (isTerminal ? `\u001b[${code}m${text}\u001b[0m` : text);

function eraseRunning() {
  if (isTerminal && running.size > 0) process.stdout.write("\r\u001b[K");
}

function drawRunning() {
  if (!isTerminal || running.size === 0) return;
  const text = `  … ${[...running].join(", ")}`;
  process.stdout.write(text.slice(0, (process.stdout.columns ?? 80) - 1));
}

/** Prints a line above what is running. */
export function say(text) {
  eraseRunning();
  process.stdout.write(`${text}\n`);
  drawRunning();
}

/** One artefact's line: what, from where and how long it took. */
export function reportArtefact({ name, source, seconds }) {
  const time = `${seconds.toFixed(1)} s`;
  say(`  ${colour("32", "✓")} ${name.padEnd(32)} ${source.padEnd(44)} ${time.padStart(8)}`);
}

/** Shows on a terminal that something is being made, until `stop` is called. */
export function startRunning(name) {
  eraseRunning();
  running.add(name);
  drawRunning();
  return function stop() {
    eraseRunning();
    running.delete(name);
    drawRunning();
  };
}

/** Prints an error to stderr; the caller sets the exit code. */
export function reportError(text) {
  eraseRunning();
  running.clear();
  process.stderr.write(`${colour("31", "set-up failed")}: ${text}\n`);
}
