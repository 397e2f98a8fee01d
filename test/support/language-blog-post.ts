/** The whole example of the specification of the language, word for word. */
export const BLOG_POST = `workflow: blog-post
title: Blog post
purpose: Publish one search-led article that brings qualified visitors.
lead: marketing-manager            # accountable for each run: gets escalations and the digest
frequency: 52 per year             # how often it is expected to run (annual cost, R63)

starts:
  - form                           # the hosted start form
  - hook: content-brief            # a webhook source, see hooks.yaml

inputs:
  topic:   { type: text, label: Working title, required: true, max: 120 }
  publish: { type: date, label: Publish date, required: true }
  budget:  { type: money, label: Budget, currency: EUR, default: 0 }

anchor: publish                    # due dates count back from here

steps:
  - step: idea
    title: Generate the idea
    owner: content-strategist
    due: 30 days before publish
    effort: 2h                     # hours of work
    takes: 2 workdays              # elapsed time it is given
    done_when: One line names the idea and the reader it is for.
    instructions: |
      Start from the questions sales heard this month.
    dos: [Name one reader, Check that we have not written it before]
    donts: [Start from a keyword alone]
    critical: [Never promise a launch date in the title]
    fields:
      idea: { type: text, label: The idea in one line, required: true }

  - step: keywords
    title: Research keywords
    owner: seo-strategist
    due: 25 days before publish
    effort: 3h
    fields:
      keywords: { type: long_text, label: Keywords, required: true }

  - step: outline
    title: Write the outline
    owner: blog-writer
    due: 20 days before publish
    effort: 4h
    fields:
      outline: { type: url, label: Link to the outline, required: true }

  - step: approve-outline
    type: approval
    title: Approve the outline
    of: outline                    # the work being judged
    approvers: [seo-strategist, marketing-manager]
    rule: all
    on_changes: { redo: outline, rounds: 3 }
    due: 15 days before publish

  - step: draft
    title: Write the final draft
    owner: blog-writer
    due: 10 days before publish
    effort: 8h
    fields:
      draft: { type: url, label: Link to the draft, required: true }

  - step: images
    title: Make images or an infographic
    owner: graphic-designer
    after: [approve-outline]       # does not wait for the draft
    due: 5 days before publish
    effort: 5h

  - step: social
    title: Plan the social posts
    owner: social-manager
    after: [draft, images]
    due: 4 days before publish
    effort: 2h

  - step: publish-post
    title: Publish and check the live page
    owner: blog-writer
    due: on publish
    effort: 1h
    fields:
      live: { type: url, label: Live address, required: true }
`;
