/* The course as `make gen` wrote it: every milestone in order, its page and anchor, and the causes that the
   page of messages explains. A Map, so that no name in a file can reach what JavaScript keeps in objects. */
const course = (() => {
  const { tasks, causes } = outline;
  const milestones = new Map();

  for (const [task, { title, milestones: names }] of Object.entries(tasks)) {
    const day = task.split("/")[0];
    for (const name of names) milestones.set(`${day}.${name}`, { id: `${day}.${name}`, day, task, title, name });
  }

  const link = (path, anchor) => `${page.base}/${path}.html#${anchor}`;
  const address = (id) => link(milestones.get(id).task, milestones.get(id).name);

  /* Where a code is explained: beside the step it belongs to, or among the messages; else nowhere. */
  function explanation(id, verdict, code) {
    const own = `${milestones.get(id).name}.${code}`;
    if (["failed", "pending"].includes(verdict) && document.getElementById(own)) return `#${own}`;
    return causes.includes(code) ? link("reference/messages", `cause.${code}`) : undefined;
  }

  return { milestones, address, explanation };
})();
