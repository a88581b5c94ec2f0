/** A small project with a workflow for each way in which a run can go. */
export const sampleProject: Readonly<Record<string, string>> = {
  'definitions/greet.yaml': `name: greet
description: Greets someone.
input:
  type: object
  properties: { name: { type: string } }
  required: [name]
  additionalProperties: false
steps:
  - call: greet
    with: { name: "\${ $input.name }" }
    progress: Greeting \${ $input.name }
`,
  'definitions/refuse.yaml': `name: refuse
description: Fails on purpose.
steps:
  - id: door
    fail: { type: door.closed, message: The door is closed, data: { door: 3 } }
`,
  'definitions/gated.yaml': `name: gated
description: Waits for an event, then says what came with it.
steps:
  - progress: At the gate
    id: gate
    waitFor: { event: opened, timeout: 1h }
result: \${ $steps.gate }
`,
  'definitions/approve.yaml': `name: approve
description: Asks a person.
steps:
  - id: approval
    ask:
      prompt: May it go on?
      schema: { type: object, properties: { yes: { type: boolean } }, required: [yes] }
      timeout: 1h
result: \${ $steps.approval.yes }
`,
  'activities/index.mjs': `export const activities = {
  greet: {
    description: 'Makes a greeting',
    input: { type: 'object', properties: { name: { type: 'string' }, loud: { type: 'boolean' } }, required: ['name'], additionalProperties: false },
    run: ({ name }) => {
      console.log('printed by an activity')
      return 'Hello, ' + name + '!'
    },
  },
}
`,
}
