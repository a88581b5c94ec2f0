/** What `longhaul init` writes: path → text. Every file is also the first documentation of what it shows. */
export const scaffold = {
  'definitions/hello.yaml': `# yaml-language-server: $schema=../node_modules/longhaul/schemas/workflow.schema.json
name: hello
description: Greets people, one after the other, and counts them.

input:
  type: object
  properties:
    names:
      description: Whom to greet
      type: array
      items: { type: string }
      default: [world]
  additionalProperties: false

output:
  type: object
  properties:
    greetings: { type: array, items: { type: string } }
    count: { type: integer }
  required: [greetings, count]

steps:
  - id: greetings
    forEach:
      in: \${ $input.names }
      as: person
      steps:
        - call: greet
          with: { name: "\${ $person }" }
          progress: Greeting \${ $person }

result:
  greetings: \${ $steps.greetings.results }
  count: \${ $steps.greetings.total }
`,
  'activities/index.ts': `import type { ActivityContext } from 'longhaul'

/** Every activity of this project; definitions call them by these names. */
export const activities = {
  greet: {
    description: 'Makes a greeting for one person',
    input: {
      type: 'object',
      properties: { name: { type: 'string' } },
      required: ['name'],
      additionalProperties: false,
    },
    output: { type: 'string' },
    run({ name }: { name: string }, context: ActivityContext): string {
      context.log.debug(\`greeting \${name}\`)
      return \`Hello, \${name}!\`
    },
  },
}
`,
  '.vscode/mcp.json': `{
  "servers": {
    "longhaul": { "type": "stdio", "command": "npx", "args": ["longhaul", "mcp"] }
  }
}
`,
  '.gitignore': `node_modules/
.longhaul/
`,
} as const
