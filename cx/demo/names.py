"""What the people of the demo bank are called who acted in it without an account; invented, as everything there."""

USER, SIGNER, BRANCH = "demo", "demo-manager", "demo-branch"
PEOPLE = {USER: "陈珊 Chen Shan", SIGNER: "顾建国 Gu Jianguo", BRANCH: "王莉 Wang Li"}
