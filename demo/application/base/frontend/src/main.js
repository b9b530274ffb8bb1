const element = (id) => document.getElementById(id);

/** Asks the API in the name of the chosen tenant. */
async function ask(path) {
  const response = await fetch(`/api/${path}`, {
    headers: {
      authorization: `Bearer ${element("token").value}`,
      "x-tenant-id": element("tenant").value,
    },
  });
  if (!response.ok) {
    throw new Error(`${path}: ${response.status}`);
  }
  return response.json();
}

function show(id, lines) {
  const items = lines.map((line) => {
    const item = document.createElement("li");
    item.textContent = line;
    return item;
  });
  element(id).replaceChildren(...items);
}

async function loadVehicles() {
  const tenants = await ask("tenants");
  const options = tenants.map((tenant) => new Option(tenant.name, tenant.id));
  element("tenant").replaceChildren(...options);
  const vehicles = await ask("vehicles");
  show("vehicles", vehicles.map((vehicle) => `${vehicle.year} ${vehicle.make} ${vehicle.model}`));
}

element("load").addEventListener("click", () => {
  loadVehicles().catch((error) => show("vehicles", [error.message]));
});
ask("health").then((health) => (element("health").textContent = health.status));
ask("platform/makes").then((answer) => show("makes", answer.makes));
