// Generated from contracts/src/Settlement.sol by tools/contracts.ts. Do not edit.
export const settlementAbi = [
  {
    "type": "constructor",
    "inputs": [
      {
        "name": "c",
        "type": "tuple",
        "internalType": "struct Config",
        "components": [
          {
            "name": "dollar",
            "type": "address",
            "internalType": "contract IERC20"
          },
          {
            "name": "way",
            "type": "address",
            "internalType": "contract Way"
          },
          {
            "name": "escrow",
            "type": "address",
            "internalType": "contract Escrow"
          },
          {
            "name": "registry",
            "type": "address",
            "internalType": "contract Registry"
          },
          {
            "name": "burnAuction",
            "type": "address",
            "internalType": "address"
          },
          {
            "name": "owner",
            "type": "address",
            "internalType": "address"
          },
          {
            "name": "guardian",
            "type": "address",
            "internalType": "address"
          },
          {
            "name": "genesisTime",
            "type": "uint64",
            "internalType": "uint64"
          },
          {
            "name": "epochSeconds",
            "type": "uint64",
            "internalType": "uint64"
          },
          {
            "name": "seedDelayBlocks",
            "type": "uint64",
            "internalType": "uint64"
          },
          {
            "name": "disputeWindowSeconds",
            "type": "uint64",
            "internalType": "uint64"
          },
          {
            "name": "params",
            "type": "tuple",
            "internalType": "struct Params",
            "components": [
              {
                "name": "deviceBps",
                "type": "uint16",
                "internalType": "uint16"
              },
              {
                "name": "poolBps",
                "type": "uint16",
                "internalType": "uint16"
              },
              {
                "name": "verificationBps",
                "type": "uint16",
                "internalType": "uint16"
              },
              {
                "name": "burnBps",
                "type": "uint16",
                "internalType": "uint16"
              },
              {
                "name": "lambdaPerBillion",
                "type": "uint32",
                "internalType": "uint32"
              },
              {
                "name": "stipendPerEpoch",
                "type": "uint96",
                "internalType": "uint96"
              },
              {
                "name": "weightBps",
                "type": "uint16[4]",
                "internalType": "uint16[4]"
              }
            ]
          }
        ]
      }
    ],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "MAX_PAUSE_SECONDS",
    "inputs": [],
    "outputs": [
      {
        "name": "",
        "type": "uint256",
        "internalType": "uint256"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "burnAuction",
    "inputs": [],
    "outputs": [
      {
        "name": "",
        "type": "address",
        "internalType": "address"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "claim",
    "inputs": [
      {
        "name": "account",
        "type": "address",
        "internalType": "address"
      },
      {
        "name": "dollars",
        "type": "uint128",
        "internalType": "uint128"
      },
      {
        "name": "way_",
        "type": "uint128",
        "internalType": "uint128"
      },
      {
        "name": "index",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "proof",
        "type": "tuple[]",
        "internalType": "struct ProofStep[]",
        "components": [
          {
            "name": "hash",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "sum",
            "type": "uint256",
            "internalType": "uint256"
          }
        ]
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "claimBatch",
    "inputs": [
      {
        "name": "claims",
        "type": "tuple[]",
        "internalType": "struct Claim[]",
        "components": [
          {
            "name": "account",
            "type": "address",
            "internalType": "address"
          },
          {
            "name": "dollars",
            "type": "uint128",
            "internalType": "uint128"
          },
          {
            "name": "way",
            "type": "uint128",
            "internalType": "uint128"
          },
          {
            "name": "index",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "proof",
            "type": "tuple[]",
            "internalType": "struct ProofStep[]",
            "components": [
              {
                "name": "hash",
                "type": "bytes32",
                "internalType": "bytes32"
              },
              {
                "name": "sum",
                "type": "uint256",
                "internalType": "uint256"
              }
            ]
          }
        ]
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "claimable",
    "inputs": [],
    "outputs": [
      {
        "name": "current",
        "type": "tuple",
        "internalType": "struct Payouts.Outcome",
        "components": [
          {
            "name": "statementHash",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "payoutsRoot",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "payoutsSum",
            "type": "uint256",
            "internalType": "uint256"
          }
        ]
      },
      {
        "name": "previous",
        "type": "tuple",
        "internalType": "struct Payouts.Outcome",
        "components": [
          {
            "name": "statementHash",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "payoutsRoot",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "payoutsSum",
            "type": "uint256",
            "internalType": "uint256"
          }
        ]
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "claimed",
    "inputs": [
      {
        "name": "account",
        "type": "address",
        "internalType": "address"
      }
    ],
    "outputs": [
      {
        "name": "dollars",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "wayAmount",
        "type": "uint256",
        "internalType": "uint256"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "claimedTotal",
    "inputs": [],
    "outputs": [
      {
        "name": "dollars",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "wayAmount",
        "type": "uint256",
        "internalType": "uint256"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "clock",
    "inputs": [],
    "outputs": [
      {
        "name": "",
        "type": "tuple",
        "internalType": "struct Settlement.Clock",
        "components": [
          {
            "name": "nextEpoch",
            "type": "uint48",
            "internalType": "uint48"
          },
          {
            "name": "nextStatement",
            "type": "uint48",
            "internalType": "uint48"
          },
          {
            "name": "accepted",
            "type": "uint48",
            "internalType": "uint48"
          },
          {
            "name": "finalized",
            "type": "uint48",
            "internalType": "uint48"
          },
          {
            "name": "finalAt",
            "type": "uint48",
            "internalType": "uint48"
          }
        ]
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "commitReveal",
    "inputs": [
      {
        "name": "epoch",
        "type": "uint64",
        "internalType": "uint64"
      },
      {
        "name": "head",
        "type": "bytes32",
        "internalType": "bytes32"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "currentEpoch",
    "inputs": [],
    "outputs": [
      {
        "name": "",
        "type": "uint64",
        "internalType": "uint64"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "disputeWindowSeconds",
    "inputs": [],
    "outputs": [
      {
        "name": "",
        "type": "uint64",
        "internalType": "uint64"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "dollar",
    "inputs": [],
    "outputs": [
      {
        "name": "",
        "type": "address",
        "internalType": "contract IERC20"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "domainSeparator",
    "inputs": [],
    "outputs": [
      {
        "name": "",
        "type": "bytes32",
        "internalType": "bytes32"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "eip712Domain",
    "inputs": [],
    "outputs": [
      {
        "name": "fields",
        "type": "bytes1",
        "internalType": "bytes1"
      },
      {
        "name": "name",
        "type": "string",
        "internalType": "string"
      },
      {
        "name": "version",
        "type": "string",
        "internalType": "string"
      },
      {
        "name": "chainId",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "verifyingContract",
        "type": "address",
        "internalType": "address"
      },
      {
        "name": "salt",
        "type": "bytes32",
        "internalType": "bytes32"
      },
      {
        "name": "extensions",
        "type": "uint256[]",
        "internalType": "uint256[]"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "epochSeconds",
    "inputs": [],
    "outputs": [
      {
        "name": "",
        "type": "uint64",
        "internalType": "uint64"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "escrow",
    "inputs": [],
    "outputs": [
      {
        "name": "",
        "type": "address",
        "internalType": "contract Escrow"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "finalize",
    "inputs": [],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "fundStipend",
    "inputs": [
      {
        "name": "amount",
        "type": "uint256",
        "internalType": "uint256"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "genesisTime",
    "inputs": [],
    "outputs": [
      {
        "name": "",
        "type": "uint64",
        "internalType": "uint64"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "guardian",
    "inputs": [],
    "outputs": [
      {
        "name": "account",
        "type": "address",
        "internalType": "address"
      },
      {
        "name": "pausedUntil",
        "type": "uint64",
        "internalType": "uint64"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "latest",
    "inputs": [],
    "outputs": [
      {
        "name": "outcome",
        "type": "tuple",
        "internalType": "struct Payouts.Outcome",
        "components": [
          {
            "name": "statementHash",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "payoutsRoot",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "payoutsSum",
            "type": "uint256",
            "internalType": "uint256"
          }
        ]
      },
      {
        "name": "isFinal",
        "type": "bool",
        "internalType": "bool"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "maxLambdaPerBillion",
    "inputs": [],
    "outputs": [
      {
        "name": "",
        "type": "uint32",
        "internalType": "uint32"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "openEpoch",
    "inputs": [
      {
        "name": "epoch",
        "type": "uint64",
        "internalType": "uint64"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "owner",
    "inputs": [],
    "outputs": [
      {
        "name": "",
        "type": "address",
        "internalType": "address"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "params",
    "inputs": [],
    "outputs": [
      {
        "name": "",
        "type": "tuple",
        "internalType": "struct Params",
        "components": [
          {
            "name": "deviceBps",
            "type": "uint16",
            "internalType": "uint16"
          },
          {
            "name": "poolBps",
            "type": "uint16",
            "internalType": "uint16"
          },
          {
            "name": "verificationBps",
            "type": "uint16",
            "internalType": "uint16"
          },
          {
            "name": "burnBps",
            "type": "uint16",
            "internalType": "uint16"
          },
          {
            "name": "lambdaPerBillion",
            "type": "uint32",
            "internalType": "uint32"
          },
          {
            "name": "stipendPerEpoch",
            "type": "uint96",
            "internalType": "uint96"
          },
          {
            "name": "weightBps",
            "type": "uint16[4]",
            "internalType": "uint16[4]"
          }
        ]
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "paramsHash",
    "inputs": [],
    "outputs": [
      {
        "name": "",
        "type": "bytes32",
        "internalType": "bytes32"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "pause",
    "inputs": [
      {
        "name": "seconds_",
        "type": "uint64",
        "internalType": "uint64"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "postStatement",
    "inputs": [
      {
        "name": "s",
        "type": "tuple",
        "internalType": "struct Statement",
        "components": [
          {
            "name": "epoch",
            "type": "uint64",
            "internalType": "uint64"
          },
          {
            "name": "previous",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "paramsHash",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "registryBlock",
            "type": "uint64",
            "internalType": "uint64"
          },
          {
            "name": "bundleHeadsHash",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "payerRowsHash",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "dollarsIn",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "devicesDollars",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "verificationDollars",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "auctionDollars",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "allottedByKindHash",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "wayAllotted",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "wayVested",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "stipendWay",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "reserveAfter",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "vouchersRoot",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "verdictsRoot",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "devicesRoot",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "localitiesRoot",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "payoutsRoot",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "payoutsSum",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "stateRoot",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "stateSum",
            "type": "uint256",
            "internalType": "uint256"
          }
        ]
      },
      {
        "name": "rows",
        "type": "tuple[]",
        "internalType": "struct PayerRow[]",
        "components": [
          {
            "name": "payer",
            "type": "address",
            "internalType": "address"
          },
          {
            "name": "amount",
            "type": "uint256",
            "internalType": "uint256"
          }
        ]
      },
      {
        "name": "allottedByKind",
        "type": "uint256[4]",
        "internalType": "uint256[4]"
      },
      {
        "name": "bundleHeads",
        "type": "bytes32[]",
        "internalType": "bytes32[]"
      },
      {
        "name": "signatures",
        "type": "bytes[]",
        "internalType": "bytes[]"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "recordSeed",
    "inputs": [
      {
        "name": "epoch",
        "type": "uint64",
        "internalType": "uint64"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "registry",
    "inputs": [],
    "outputs": [
      {
        "name": "",
        "type": "address",
        "internalType": "contract Registry"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "renounceOwnership",
    "inputs": [],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "reserve",
    "inputs": [],
    "outputs": [
      {
        "name": "",
        "type": "uint128",
        "internalType": "uint128"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "revealHead",
    "inputs": [
      {
        "name": "epoch",
        "type": "uint64",
        "internalType": "uint64"
      },
      {
        "name": "verifier",
        "type": "address",
        "internalType": "address"
      }
    ],
    "outputs": [
      {
        "name": "",
        "type": "bytes32",
        "internalType": "bytes32"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "seed",
    "inputs": [
      {
        "name": "epoch",
        "type": "uint64",
        "internalType": "uint64"
      }
    ],
    "outputs": [
      {
        "name": "",
        "type": "bytes32",
        "internalType": "bytes32"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "seedBlock",
    "inputs": [
      {
        "name": "epoch",
        "type": "uint64",
        "internalType": "uint64"
      }
    ],
    "outputs": [
      {
        "name": "",
        "type": "uint256",
        "internalType": "uint256"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "seedDelayBlocks",
    "inputs": [],
    "outputs": [
      {
        "name": "",
        "type": "uint64",
        "internalType": "uint64"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "setGuardian",
    "inputs": [
      {
        "name": "guardian_",
        "type": "address",
        "internalType": "address"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "setParams",
    "inputs": [
      {
        "name": "p",
        "type": "tuple",
        "internalType": "struct Params",
        "components": [
          {
            "name": "deviceBps",
            "type": "uint16",
            "internalType": "uint16"
          },
          {
            "name": "poolBps",
            "type": "uint16",
            "internalType": "uint16"
          },
          {
            "name": "verificationBps",
            "type": "uint16",
            "internalType": "uint16"
          },
          {
            "name": "burnBps",
            "type": "uint16",
            "internalType": "uint16"
          },
          {
            "name": "lambdaPerBillion",
            "type": "uint32",
            "internalType": "uint32"
          },
          {
            "name": "stipendPerEpoch",
            "type": "uint96",
            "internalType": "uint96"
          },
          {
            "name": "weightBps",
            "type": "uint16[4]",
            "internalType": "uint16[4]"
          }
        ]
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "statementDigest",
    "inputs": [
      {
        "name": "s",
        "type": "tuple",
        "internalType": "struct Statement",
        "components": [
          {
            "name": "epoch",
            "type": "uint64",
            "internalType": "uint64"
          },
          {
            "name": "previous",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "paramsHash",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "registryBlock",
            "type": "uint64",
            "internalType": "uint64"
          },
          {
            "name": "bundleHeadsHash",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "payerRowsHash",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "dollarsIn",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "devicesDollars",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "verificationDollars",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "auctionDollars",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "allottedByKindHash",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "wayAllotted",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "wayVested",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "stipendWay",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "reserveAfter",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "vouchersRoot",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "verdictsRoot",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "devicesRoot",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "localitiesRoot",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "payoutsRoot",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "payoutsSum",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "stateRoot",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "stateSum",
            "type": "uint256",
            "internalType": "uint256"
          }
        ]
      }
    ],
    "outputs": [
      {
        "name": "",
        "type": "bytes32",
        "internalType": "bytes32"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "stipendPot",
    "inputs": [],
    "outputs": [
      {
        "name": "",
        "type": "uint256",
        "internalType": "uint256"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "transferOwnership",
    "inputs": [
      {
        "name": "newOwner",
        "type": "address",
        "internalType": "address"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "unpause",
    "inputs": [],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "vestedTotal",
    "inputs": [],
    "outputs": [
      {
        "name": "",
        "type": "uint128",
        "internalType": "uint128"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "way",
    "inputs": [],
    "outputs": [
      {
        "name": "",
        "type": "address",
        "internalType": "contract Way"
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "event",
    "name": "EIP712DomainChanged",
    "inputs": [],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "EpochOpened",
    "inputs": [
      {
        "name": "epoch",
        "type": "uint64",
        "indexed": true,
        "internalType": "uint64"
      },
      {
        "name": "seedBlock",
        "type": "uint256",
        "indexed": false,
        "internalType": "uint256"
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "GuardianSet",
    "inputs": [
      {
        "name": "guardian",
        "type": "address",
        "indexed": true,
        "internalType": "address"
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "OwnershipTransferred",
    "inputs": [
      {
        "name": "previousOwner",
        "type": "address",
        "indexed": true,
        "internalType": "address"
      },
      {
        "name": "newOwner",
        "type": "address",
        "indexed": true,
        "internalType": "address"
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "ParamsSet",
    "inputs": [
      {
        "name": "paramsHash",
        "type": "bytes32",
        "indexed": true,
        "internalType": "bytes32"
      },
      {
        "name": "params",
        "type": "tuple",
        "indexed": false,
        "internalType": "struct Params",
        "components": [
          {
            "name": "deviceBps",
            "type": "uint16",
            "internalType": "uint16"
          },
          {
            "name": "poolBps",
            "type": "uint16",
            "internalType": "uint16"
          },
          {
            "name": "verificationBps",
            "type": "uint16",
            "internalType": "uint16"
          },
          {
            "name": "burnBps",
            "type": "uint16",
            "internalType": "uint16"
          },
          {
            "name": "lambdaPerBillion",
            "type": "uint32",
            "internalType": "uint32"
          },
          {
            "name": "stipendPerEpoch",
            "type": "uint96",
            "internalType": "uint96"
          },
          {
            "name": "weightBps",
            "type": "uint16[4]",
            "internalType": "uint16[4]"
          }
        ]
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "Paused",
    "inputs": [
      {
        "name": "until",
        "type": "uint64",
        "indexed": false,
        "internalType": "uint64"
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "PayoutClaimed",
    "inputs": [
      {
        "name": "account",
        "type": "address",
        "indexed": true,
        "internalType": "address"
      },
      {
        "name": "recipient",
        "type": "address",
        "indexed": true,
        "internalType": "address"
      },
      {
        "name": "dollars",
        "type": "uint256",
        "indexed": false,
        "internalType": "uint256"
      },
      {
        "name": "wayAmount",
        "type": "uint256",
        "indexed": false,
        "internalType": "uint256"
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "RevealCommitted",
    "inputs": [
      {
        "name": "epoch",
        "type": "uint64",
        "indexed": true,
        "internalType": "uint64"
      },
      {
        "name": "verifier",
        "type": "address",
        "indexed": true,
        "internalType": "address"
      },
      {
        "name": "head",
        "type": "bytes32",
        "indexed": false,
        "internalType": "bytes32"
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "SeedRecorded",
    "inputs": [
      {
        "name": "epoch",
        "type": "uint64",
        "indexed": true,
        "internalType": "uint64"
      },
      {
        "name": "seed",
        "type": "bytes32",
        "indexed": false,
        "internalType": "bytes32"
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "StatementFinalized",
    "inputs": [
      {
        "name": "statementHash",
        "type": "bytes32",
        "indexed": true,
        "internalType": "bytes32"
      },
      {
        "name": "payoutsRoot",
        "type": "bytes32",
        "indexed": false,
        "internalType": "bytes32"
      },
      {
        "name": "payoutsSum",
        "type": "uint256",
        "indexed": false,
        "internalType": "uint256"
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "StatementPosted",
    "inputs": [
      {
        "name": "epoch",
        "type": "uint64",
        "indexed": true,
        "internalType": "uint64"
      },
      {
        "name": "statementHash",
        "type": "bytes32",
        "indexed": true,
        "internalType": "bytes32"
      },
      {
        "name": "finalAt",
        "type": "uint64",
        "indexed": false,
        "internalType": "uint64"
      },
      {
        "name": "statement",
        "type": "tuple",
        "indexed": false,
        "internalType": "struct Statement",
        "components": [
          {
            "name": "epoch",
            "type": "uint64",
            "internalType": "uint64"
          },
          {
            "name": "previous",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "paramsHash",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "registryBlock",
            "type": "uint64",
            "internalType": "uint64"
          },
          {
            "name": "bundleHeadsHash",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "payerRowsHash",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "dollarsIn",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "devicesDollars",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "verificationDollars",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "auctionDollars",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "allottedByKindHash",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "wayAllotted",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "wayVested",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "stipendWay",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "reserveAfter",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "vouchersRoot",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "verdictsRoot",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "devicesRoot",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "localitiesRoot",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "payoutsRoot",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "payoutsSum",
            "type": "uint256",
            "internalType": "uint256"
          },
          {
            "name": "stateRoot",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "stateSum",
            "type": "uint256",
            "internalType": "uint256"
          }
        ]
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "StatementSources",
    "inputs": [
      {
        "name": "statementHash",
        "type": "bytes32",
        "indexed": true,
        "internalType": "bytes32"
      },
      {
        "name": "signers",
        "type": "address[]",
        "indexed": false,
        "internalType": "address[]"
      },
      {
        "name": "bundleHeads",
        "type": "bytes32[]",
        "indexed": false,
        "internalType": "bytes32[]"
      },
      {
        "name": "allottedByKind",
        "type": "uint256[4]",
        "indexed": false,
        "internalType": "uint256[4]"
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "StatementVoided",
    "inputs": [
      {
        "name": "epoch",
        "type": "uint64",
        "indexed": true,
        "internalType": "uint64"
      },
      {
        "name": "statementHash",
        "type": "bytes32",
        "indexed": true,
        "internalType": "bytes32"
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "StipendFunded",
    "inputs": [
      {
        "name": "from",
        "type": "address",
        "indexed": true,
        "internalType": "address"
      },
      {
        "name": "amount",
        "type": "uint256",
        "indexed": false,
        "internalType": "uint256"
      },
      {
        "name": "pot",
        "type": "uint256",
        "indexed": false,
        "internalType": "uint256"
      }
    ],
    "anonymous": false
  },
  {
    "type": "error",
    "name": "AllottedAboveBound",
    "inputs": [
      {
        "name": "kind",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "allotted",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "bound",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "AllottedDoesNotSumUp",
    "inputs": [
      {
        "name": "sum",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "wayAllotted",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "BundleHeadsNotAscending",
    "inputs": [
      {
        "name": "index",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "BurnBelowMinimum",
    "inputs": [
      {
        "name": "burnBps",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "ClaimsAboveSettled",
    "inputs": []
  },
  {
    "type": "error",
    "name": "DollarsNotConserved",
    "inputs": [
      {
        "name": "dollarsIn",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "sum",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "ECDSAInvalidSignature",
    "inputs": []
  },
  {
    "type": "error",
    "name": "ECDSAInvalidSignatureLength",
    "inputs": [
      {
        "name": "length",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "ECDSAInvalidSignatureS",
    "inputs": [
      {
        "name": "s",
        "type": "bytes32",
        "internalType": "bytes32"
      }
    ]
  },
  {
    "type": "error",
    "name": "EpochAlreadyOpened",
    "inputs": [
      {
        "name": "epoch",
        "type": "uint64",
        "internalType": "uint64"
      }
    ]
  },
  {
    "type": "error",
    "name": "EpochAlreadySettled",
    "inputs": [
      {
        "name": "epoch",
        "type": "uint64",
        "internalType": "uint64"
      },
      {
        "name": "next",
        "type": "uint64",
        "internalType": "uint64"
      }
    ]
  },
  {
    "type": "error",
    "name": "EpochNotCurrent",
    "inputs": [
      {
        "name": "epoch",
        "type": "uint64",
        "internalType": "uint64"
      },
      {
        "name": "current",
        "type": "uint64",
        "internalType": "uint64"
      }
    ]
  },
  {
    "type": "error",
    "name": "EpochNotEnded",
    "inputs": [
      {
        "name": "epoch",
        "type": "uint64",
        "internalType": "uint64"
      }
    ]
  },
  {
    "type": "error",
    "name": "EpochNotOpened",
    "inputs": [
      {
        "name": "epoch",
        "type": "uint64",
        "internalType": "uint64"
      }
    ]
  },
  {
    "type": "error",
    "name": "IndexOutsideTree",
    "inputs": [
      {
        "name": "index",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "depth",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "InvalidShortString",
    "inputs": []
  },
  {
    "type": "error",
    "name": "LambdaAboveMaximum",
    "inputs": [
      {
        "name": "lambdaPerBillion",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "maximum",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "NoRecipient",
    "inputs": [
      {
        "name": "account",
        "type": "address",
        "internalType": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "NotActiveVerifier",
    "inputs": [
      {
        "name": "account",
        "type": "address",
        "internalType": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "NotGuardian",
    "inputs": [
      {
        "name": "caller",
        "type": "address",
        "internalType": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "NotStarted",
    "inputs": [
      {
        "name": "genesisTime",
        "type": "uint64",
        "internalType": "uint64"
      }
    ]
  },
  {
    "type": "error",
    "name": "NotVoidable",
    "inputs": [
      {
        "name": "statementHash",
        "type": "bytes32",
        "internalType": "bytes32"
      }
    ]
  },
  {
    "type": "error",
    "name": "NothingSettled",
    "inputs": []
  },
  {
    "type": "error",
    "name": "NothingToClaim",
    "inputs": [
      {
        "name": "account",
        "type": "address",
        "internalType": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "NothingToFinalize",
    "inputs": []
  },
  {
    "type": "error",
    "name": "OwnableInvalidOwner",
    "inputs": [
      {
        "name": "owner",
        "type": "address",
        "internalType": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "OwnableUnauthorizedAccount",
    "inputs": [
      {
        "name": "account",
        "type": "address",
        "internalType": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "PauseTooLong",
    "inputs": [
      {
        "name": "seconds_",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "PauseTooSoon",
    "inputs": [
      {
        "name": "notBefore",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "PayAboveBound",
    "inputs": [
      {
        "name": "pay",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "bound",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "PayoutNotInRoot",
    "inputs": [
      {
        "name": "account",
        "type": "address",
        "internalType": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "PreviousStatementPending",
    "inputs": [
      {
        "name": "finalAt",
        "type": "uint64",
        "internalType": "uint64"
      }
    ]
  },
  {
    "type": "error",
    "name": "ProofTooDeep",
    "inputs": [
      {
        "name": "depth",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "QuorumNotReached",
    "inputs": [
      {
        "name": "weight",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "total",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "ReentrancyGuardReentrantCall",
    "inputs": []
  },
  {
    "type": "error",
    "name": "RegistryBlockInFuture",
    "inputs": [
      {
        "name": "registryBlock",
        "type": "uint64",
        "internalType": "uint64"
      }
    ]
  },
  {
    "type": "error",
    "name": "RowsDoNotSumUp",
    "inputs": [
      {
        "name": "sum",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "dollarsIn",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "SafeCastOverflowedUintDowncast",
    "inputs": [
      {
        "name": "bits",
        "type": "uint8",
        "internalType": "uint8"
      },
      {
        "name": "value",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "SafeERC20FailedOperation",
    "inputs": [
      {
        "name": "token",
        "type": "address",
        "internalType": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "SeedAlreadyRecorded",
    "inputs": [
      {
        "name": "epoch",
        "type": "uint64",
        "internalType": "uint64"
      }
    ]
  },
  {
    "type": "error",
    "name": "SeedBlockNotMined",
    "inputs": [
      {
        "name": "seedBlock",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "SeedNotRecorded",
    "inputs": [
      {
        "name": "epoch",
        "type": "uint64",
        "internalType": "uint64"
      }
    ]
  },
  {
    "type": "error",
    "name": "SeedOutOfWindow",
    "inputs": [
      {
        "name": "epoch",
        "type": "uint64",
        "internalType": "uint64"
      },
      {
        "name": "seedBlock",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "SharesMustSumToBps",
    "inputs": [
      {
        "name": "sum",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "SignersNotAscending",
    "inputs": [
      {
        "name": "index",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "StatementPaused",
    "inputs": [
      {
        "name": "until",
        "type": "uint64",
        "internalType": "uint64"
      }
    ]
  },
  {
    "type": "error",
    "name": "StipendAboveBound",
    "inputs": [
      {
        "name": "stipend",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "bound",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "StringTooLong",
    "inputs": [
      {
        "name": "str",
        "type": "string",
        "internalType": "string"
      }
    ]
  },
  {
    "type": "error",
    "name": "SumOverflow",
    "inputs": []
  },
  {
    "type": "error",
    "name": "ThawTooShort",
    "inputs": [
      {
        "name": "thawSeconds",
        "type": "uint64",
        "internalType": "uint64"
      }
    ]
  },
  {
    "type": "error",
    "name": "VerificationAboveBound",
    "inputs": [
      {
        "name": "verification",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "bound",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "VerificationAboveMaximum",
    "inputs": [
      {
        "name": "verificationBps",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "VestedAboveAllotted",
    "inputs": [
      {
        "name": "vested",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "allotted",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "WeightsAboveBps",
    "inputs": [
      {
        "name": "sum",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "WrongAllottedByKind",
    "inputs": [
      {
        "name": "given",
        "type": "bytes32",
        "internalType": "bytes32"
      },
      {
        "name": "actual",
        "type": "bytes32",
        "internalType": "bytes32"
      }
    ]
  },
  {
    "type": "error",
    "name": "WrongBundleHeads",
    "inputs": [
      {
        "name": "given",
        "type": "bytes32",
        "internalType": "bytes32"
      },
      {
        "name": "actual",
        "type": "bytes32",
        "internalType": "bytes32"
      }
    ]
  },
  {
    "type": "error",
    "name": "WrongParams",
    "inputs": [
      {
        "name": "given",
        "type": "bytes32",
        "internalType": "bytes32"
      },
      {
        "name": "expected",
        "type": "bytes32",
        "internalType": "bytes32"
      }
    ]
  },
  {
    "type": "error",
    "name": "WrongPayerRows",
    "inputs": [
      {
        "name": "given",
        "type": "bytes32",
        "internalType": "bytes32"
      },
      {
        "name": "actual",
        "type": "bytes32",
        "internalType": "bytes32"
      }
    ]
  },
  {
    "type": "error",
    "name": "WrongPayoutsSum",
    "inputs": [
      {
        "name": "given",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "expected",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "WrongPrevious",
    "inputs": [
      {
        "name": "given",
        "type": "bytes32",
        "internalType": "bytes32"
      },
      {
        "name": "expected",
        "type": "bytes32",
        "internalType": "bytes32"
      }
    ]
  },
  {
    "type": "error",
    "name": "WrongReserve",
    "inputs": [
      {
        "name": "given",
        "type": "uint256",
        "internalType": "uint256"
      },
      {
        "name": "expected",
        "type": "uint256",
        "internalType": "uint256"
      }
    ]
  },
  {
    "type": "error",
    "name": "ZeroAddress",
    "inputs": []
  },
  {
    "type": "error",
    "name": "ZeroDuration",
    "inputs": []
  }
] as const;

export const settlementBytecode = "0x6102a0604052348015610010575f5ffd5b5060405161643838038061643883398101604081905261002f91610a51565b805f01518160200151826080015183606001518460e001518561010001518661012001518760a001518860c0015181604051806040016040528060088152602001675761796c6561766560c01b815250604051806040016040528060018152602001603160f81b8152506100a88261058560201b60201c565b610120526100b581610585565b61014052815160208084019190912060e052815190820120610100524660a05261014160e05161010051604080517f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f60208201529081019290925260608201524660808201523060a08201525f9060c00160405160208183030381529060405280519060200120905090565b60805250503060c0526001600160a01b03811661017857604051631e4fbdf760e01b81525f60048201526024015b60405180910390fd5b610181816105c2565b50600380546001600160a01b0319166001600160a01b0383169081179091556040517fe6c09ffe4572dc9ceaa5ddde4ae41befa655d6fdfe8052077af0970f700e942e905f90a250506001600160401b03821615806101e757506001600160401b038116155b156102055760405163346ab43760e11b815260040160405180910390fd5b6001600160a01b03938416610160526001600160401b03928316610180529082166101a052166101c0529283166101e05290821661020052811661022052815116158061025d575060208101516001600160a01b0316155b80610273575060408101516001600160a01b0316155b80610289575060608101516001600160a01b0316155b8061029f575060808101516001600160a01b0316155b156102bd5760405163d92e233d60e01b815260040160405180910390fd5b8061014001516001600160401b03168161010001516001600160401b03166102e59190610b42565b81604001516001600160a01b031663cf9aebee6040518163ffffffff1660e01b8152600401602060405180830381865afa158015610325573d5f5f3e3d5ffd5b505050506040513d601f19601f820116820180604052508101906103499190610b67565b6001600160401b0316116103e05780604001516001600160a01b031663cf9aebee6040518163ffffffff1660e01b8152600401602060405180830381865afa158015610397573d5f5f3e3d5ffd5b505050506040513d601f19601f820116820180604052508101906103bb9190610b67565b60405163616d6e2960e11b81526001600160401b03909116600482015260240161016f565b61016081015160808101516103fb919063ffffffff16610613565b6040808201516001600160a01b0316610240526101408201516001600160401b0316610260526101608201805160809081015163ffffffff90811661028052601780546001600160801b0319166b019d971e4fe8401e74000000179055915180516015805460208401519684015160608501519585015160a08601516001600160601b03166c0100000000000000000000000002600160601b600160c01b031991909816680100000000000000000216600160401b600160c01b031961ffff97881666010000000000000261ffff60301b19938916640100000000029390931663ffffffff60201b199a8916620100000263ffffffff19909516989096169790971792909217979097169290921795909517929092169190911791909117825560c08101519091906105319060169060046107e3565b505050610160810151610543906107b4565b7f122a52b035c74ec9cb7f3524cee7b57ed2212c39ee95279d565ae9943fc2b3be8261016001516040516105779190610bad565b60405180910390a250610c86565b5f5f829050601f815111156105af578260405163305a27a960e01b815260040161016f9190610c2b565b80516105ba82610c60565b179392505050565b600280546001600160a01b038381166001600160a01b0319831681179093556040519116919082907f8be0079c531659141344cd1fd0a4f28419497f9722a3daafe3b4186f6b6457e0905f90a35050565b5f826060015161ffff16836040015161ffff16846020015161ffff16855f015161ffff166106419190610b42565b61064b9190610b42565b6106559190610b42565b9050612710811461067c57604051634a72ccf960e11b81526004810182905260240161016f565b6064836060015161ffff1610156106b257606083015160405163125d361960e31b815261ffff909116600482015260240161016f565b6103e8836040015161ffff1611156106e9576040808401519051633d95061f60e01b815261ffff909116600482015260240161016f565b60c083015160608101516040820151602083015192515f9361ffff938416939283169261071a929181169116610b42565b6107249190610b42565b61072e9190610b42565b905061271081111561075657604051638a3c597760e01b81526004810182905260240161016f565b82846080015163ffffffff16118061077b5750633b9aca00846080015163ffffffff16115b156107ae57608084015160405163ed20b4a560e01b815263ffffffff90911660048201526024810184905260440161016f565b50505050565b5f816040516020016107c69190610bad565b604051602081830303815290604052805190602001209050919050565b600183019183908215610868579160200282015f5b8382111561083857835183826101000a81548161ffff021916908361ffff16021790555092602001926002016020816001010492830192600103026107f8565b80156108665782816101000a81549061ffff0219169055600201602081600101049283019260010302610838565b505b50610874929150610878565b5090565b5b80821115610874575f8155600101610879565b634e487b7160e01b5f52604160045260245ffd5b60405160e081016001600160401b03811182821017156108c2576108c261088c565b60405290565b60405161018081016001600160401b03811182821017156108c2576108c261088c565b80516001600160a01b0381168114610901575f5ffd5b919050565b80516001600160401b0381168114610901575f5ffd5b805161ffff81168114610901575f5ffd5b80516001600160601b0381168114610901575f5ffd5b5f82601f830112610952575f5ffd5b604051608081016001600160401b03811182821017156109745761097461088c565b604052806080840185811115610988575f5ffd5b845b818110156109a95761099b8161091c565b83526020928301920161098a565b509195945050505050565b5f61014082840312156109c5575f5ffd5b6109cd6108a0565b90506109d88261091c565b81526109e66020830161091c565b60208201526109f76040830161091c565b6040820152610a086060830161091c565b6060820152608082015163ffffffff81168114610a23575f5ffd5b6080820152610a3460a0830161092d565b60a0820152610a468360c08401610943565b60c082015292915050565b5f6102a0828403128015610a63575f5ffd5b50610a6c6108c8565b610a75836108eb565b8152610a83602084016108eb565b6020820152610a94604084016108eb565b6040820152610aa5606084016108eb565b6060820152610ab6608084016108eb565b6080820152610ac760a084016108eb565b60a0820152610ad860c084016108eb565b60c0820152610ae960e08401610906565b60e0820152610afb6101008401610906565b610100820152610b0e6101208401610906565b610120820152610b216101408401610906565b610140820152610b358461016085016109b4565b6101608201529392505050565b80820180821115610b6157634e487b7160e01b5f52601160045260245ffd5b92915050565b5f60208284031215610b77575f5ffd5b610b8082610906565b9392505050565b805f5b60048110156107ae57815161ffff16845260209384019390910190600101610b8a565b5f6101408201905061ffff835116825261ffff602084015116602083015261ffff604084015116604083015261ffff606084015116606083015263ffffffff608084015116608083015260a0830151610c1160a08401826001600160601b03169052565b5060c0830151610c2460c0840182610b87565b5092915050565b602081525f82518060208401528060208501604085015e5f604082850101526040601f19601f83011684010191505092915050565b80516020808301519190811015610c80575f198160200360031b1b821691505b50919050565b60805160a05160c05160e05161010051610120516101405161016051610180516101a0516101c0516101e0516102005161022051610240516102605161028051615671610dc75f395f818161081e0152611d5501525f818161038901526132e601525f818161085a0152611ac901525f818161079201526124de01525f81816104d70152818161207401528181612432015261299501525f8181610454015281816124bb015261295b01525f81816106a6015261112801525f81816108d6015281816117620152613d4401525f81816103e4015281816116d2015281816117330152818161178d0152613d9f01525f818161050e01528181610d9501528181610ebe015281816115220152612f2101525f612b5401525f612b2901525f61398801525f61396001525f6138bb01525f6138e501525f61390f01526156715ff3fe608060405234801561000f575f5ffd5b50600436106102e3575f3560e01c80638af9c5b711610187578063c9f0a02d116100dd578063e2fdcc1711610093578063f698da251161006e578063f698da2514610899578063f71a2f2f146108a1578063fb5bb0c3146108d1575f5ffd5b8063e2fdcc1714610855578063e795cce61461087c578063f2fde38b14610886575f5ffd5b8063cff0ab96116100c3578063cff0ab96146107f1578063dedfecc714610806578063e002f34f14610819575f5ffd5b8063c9f0a02d1461078d578063cd3293de146107b4575f5ffd5b80639e67b6f11161013d578063ba03e57e11610118578063ba03e57e14610707578063c6fc65c31461071a578063c884ef831461074b575f5ffd5b80639e67b6f1146106a1578063af38d757146106c8578063b9459864146106de575f5ffd5b806391ddadf41161016d57806391ddadf41461058a578063930595e31461068557806397fcf13114610698575f5ffd5b80638af9c5b7146105665780638da5cb5b14610579575f5ffd5b80634bb278f31161023c578063715018a6116101f257806384b0196e116101cd57806384b0196e1461053057806386a426631461054b5780638a0dac4a14610553575f5ffd5b8063715018a6146104f957806376671808146105015780637b10399914610509575f5ffd5b806352bfe7891161022257806352bfe7891461048e578063578746fc146104bf5780635d6542af146104d2575f5ffd5b80634bb278f31461044757806351adeb571461044f575f5ffd5b8063224e04b71161029c5780633f4ba83a116102775780633f4ba83a146103d757806342c6498a146103df578063452a932014610406575f5ffd5b8063224e04b71461035b578063232877d0146103845780632c8f7d5a146103c4575f5ffd5b8063107af42e116102cc578063107af42e1461030f5780631655eed9146103355780631fc516a714610348575f5ffd5b80630357e370146102e7578063101cabb7146102fc575b5f5ffd5b6102fa6102f5366004614a47565b6108f8565b005b6102fa61030a366004614a47565b610b0c565b61032261031d366004614a74565b610cb6565b6040519081526020015b60405180910390f35b6102fa610343366004614b10565b610cea565b6102fa610356366004614b8c565b610e90565b610322610369366004614a47565b67ffffffffffffffff165f9081526006602052604090205490565b6103ab7f000000000000000000000000000000000000000000000000000000000000000081565b60405167ffffffffffffffff909116815260200161032c565b6102fa6103d2366004614a47565b61101e565b6102fa61119f565b6103ab7f000000000000000000000000000000000000000000000000000000000000000081565b600354604080516001600160a01b03831681527401000000000000000000000000000000000000000090920467ffffffffffffffff1660208301520161032c565b6102fa6112fb565b6104767f000000000000000000000000000000000000000000000000000000000000000081565b6040516001600160a01b03909116815260200161032c565b61049661134b565b60408051835181526020808501519082015292810151908301521515606082015260800161032c565b6102fa6104cd366004614bf5565b61147d565b6104767f000000000000000000000000000000000000000000000000000000000000000081565b6102fa6116be565b6103ab6116cf565b6104767f000000000000000000000000000000000000000000000000000000000000000081565b6105386117d0565b60405161032c9796959493929190614c80565b61032261182e565b6102fa610561366004614d32565b61191e565b610322610574366004614d64565b611987565b6002546001600160a01b0316610476565b6040805160a080820183525f808352602080840182905283850182905260608085018390526080948501929092528451808501865260085465ffffffffffff80821683526601000000000000820481168385019081526c0100000000000000000000000083048216848a019081527201000000000000000000000000000000000000909304821684870190815289518089018b5260045484168082529551841681880190815292518416818c019081529451841681890190815291518416908a019081528a5195865291518316958501959095529151811697830197909752915186169281019290925251909316918301919091520161032c565b6102fa610693366004614d7f565b611999565b61032260185481565b6103ab7f000000000000000000000000000000000000000000000000000000000000000081565b6106d0611ba2565b60405161032c929190614e48565b6103226106ec366004614a47565b67ffffffffffffffff165f9081526005602052604090205490565b6102fa610715366004614e81565b611d30565b600a54608081901c906fffffffffffffffffffffffffffffffff165b6040805192835260208301919091520161032c565b610736610759366004614d32565b6001600160a01b03165f90815260146020526040902054608081901c916fffffffffffffffffffffffffffffffff90911690565b6104767f000000000000000000000000000000000000000000000000000000000000000081565b6017546107d0906fffffffffffffffffffffffffffffffff1681565b6040516fffffffffffffffffffffffffffffffff909116815260200161032c565b6107f9611f1b565b60405161032c9190614ec1565b6102fa610814366004614f44565b612005565b6108407f000000000000000000000000000000000000000000000000000000000000000081565b60405163ffffffff909116815260200161032c565b6104767f000000000000000000000000000000000000000000000000000000000000000081565b61032262093a8081565b6102fa610894366004614d32565b6120a7565b6103226120fa565b6017546107d09070010000000000000000000000000000000090046fffffffffffffffffffffffffffffffff1681565b6103ab7f000000000000000000000000000000000000000000000000000000000000000081565b600380546001600160a01b03163314610944576040517fa252c1510000000000000000000000000000000000000000000000000000000081523360048201526024015b60405180910390fd5b62093a808267ffffffffffffffff161115610997576040517ff2292f0000000000000000000000000000000000000000000000000000000000815267ffffffffffffffff8316600482015260240161093b565b805474010000000000000000000000000000000000000000900467ffffffffffffffff16158015906109f9575080546109f69062093a809074010000000000000000000000000000000000000000900467ffffffffffffffff16614f88565b42105b15610a65578054610a309062093a809074010000000000000000000000000000000000000000900467ffffffffffffffff16614f88565b6040517f7d47bb3500000000000000000000000000000000000000000000000000000000815260040161093b91815260200190565b610a81610a7c67ffffffffffffffff841642614f88565b612103565b81547fffffffff0000000000000000ffffffffffffffffffffffffffffffffffffffff167401000000000000000000000000000000000000000067ffffffffffffffff92831681029190911780845560405191900490911681527fdb6a871e0ca1412b5a476ec1e7ec005fc584d1afa9bef37a3c64129332bb449b9060200160405180910390a15050565b67ffffffffffffffff81165f9081526005602052604081205490819003610b6b576040517fbdd2035900000000000000000000000000000000000000000000000000000000815267ffffffffffffffff8316600482015260240161093b565b804311610ba7576040517f5d6d22500000000000000000000000000000000000000000000000000000000081526004810182905260240161093b565b67ffffffffffffffff82165f9081526006602052604090205415610c03576040517f33643aa600000000000000000000000000000000000000000000000000000000815267ffffffffffffffff8316600482015260240161093b565b5f610c0d82612156565b90505f819003610c5c576040517f73bdc4cf00000000000000000000000000000000000000000000000000000000815267ffffffffffffffff841660048201526024810183905260440161093b565b67ffffffffffffffff83165f8181526006602052604090819020839055517f2073434499ae1a0aa4ad95f3e2b95b9eaa222c89410fee7fef5c6caa5f0310d490610ca99084815260200190565b60405180910390a2505050565b67ffffffffffffffff82165f9081526007602090815260408083206001600160a01b03851684529091529020545b92915050565b610cf261217d565b610cfa6121b2565b505f5f610d0561251f565b915091505f610d158989896125bb565b9050805f03610d5b576040517f64ab34660000000000000000000000000000000000000000000000000000000081526001600160a01b038a16600482015260240161093b565b6040517f695b7f230000000000000000000000000000000000000000000000000000000081526001600160a01b038a811660048301525f917f00000000000000000000000000000000000000000000000000000000000000009091169063695b7f2390602401602060405180830381865afa158015610ddc573d5f5f3e3d5ffd5b505050506040513d601f19601f82011682018060405250810190610e009190614f9b565b90506001600160a01b038116610e4d576040517f9ae69fbe0000000000000000000000000000000000000000000000000000000081526001600160a01b038b16600482015260240161093b565b610e5d84848c8c8c8c8c8c61265e565b610e688a8284612817565b610e7283836128b9565b610e7c8183612930565b50505050610e886129c2565b505050505050565b6040517fdd4bc1010000000000000000000000000000000000000000000000000000000081523360048201527f00000000000000000000000000000000000000000000000000000000000000006001600160a01b03169063dd4bc10190602401602060405180830381865afa158015610f0b573d5f5f3e3d5ffd5b505050506040513d601f19601f82011682018060405250810190610f2f9190614fb6565b5f03610f69576040517fd118b63600000000000000000000000000000000000000000000000000000000815233600482015260240161093b565b60045467ffffffffffffffff9081169083161015610fbf576040517f15cdce1200000000000000000000000000000000000000000000000000000000815267ffffffffffffffff8316600482015260240161093b565b67ffffffffffffffff82165f8181526007602090815260408083203380855290835292819020859055518481529192917f6b414681f99b70fb5deb66c2d8d04ae5066e7fd7f152d86bc705097955c82b13910160405180910390a35050565b5f6110276116cf565b90508067ffffffffffffffff168267ffffffffffffffff161461108a576040517f26096c3700000000000000000000000000000000000000000000000000000000815267ffffffffffffffff80841660048301528216602482015260440161093b565b60045467ffffffffffffffff90811690831610156110e0576040517f15cdce1200000000000000000000000000000000000000000000000000000000815267ffffffffffffffff8316600482015260240161093b565b6110eb826001614fcd565b600480547fffffffffffffffffffffffffffffffffffffffffffffffff00000000000000001667ffffffffffffffff9283161790555f9061114e907f00000000000000000000000000000000000000000000000000000000000000001643614f88565b67ffffffffffffffff84165f818152600560205260409081902083905551919250907f1c478cc1b1a8040d1c492756046f0895bfc6bef51a9c0946c63c5a23ba4b21e890610ca99084815260200190565b600380546001600160a01b031633146111e6576040517fa252c15100000000000000000000000000000000000000000000000000000000815233600482015260240161093b565b805474010000000000000000000000000000000000000000900467ffffffffffffffff1642106112685780546040517f7d47bb350000000000000000000000000000000000000000000000000000000081527401000000000000000000000000000000000000000090910467ffffffffffffffff16600482015260240161093b565b61127142612103565b81547fffffffff0000000000000000ffffffffffffffffffffffffffffffffffffffff167401000000000000000000000000000000000000000067ffffffffffffffff92831681029190911780845560405191900490911681527fdb6a871e0ca1412b5a476ec1e7ec005fc584d1afa9bef37a3c64129332bb449b9060200160405180910390a150565b61130361217d565b61130b6121b2565b611341576040517f896187de00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b6113496129c2565b565b61136c60405180606001604052805f81526020015f81526020015f81525090565b6040805160808101825260085465ffffffffffff8082168352660100000000000082048116602084018190526c01000000000000000000000000830482169484019490945272010000000000000000000000000000000000009091041660608201525f9182036113de575090915f9150565b806040015165ffffffffffff16816020015165ffffffffffff1614806114105750806060015165ffffffffffff164210155b9150600b60036001836020015165ffffffffffff1661142f9190614fed565b611439919061502d565b6003811061144957611449615040565b6040805160608101825260039290920292909201805482526001810154602083015260020154918101919091529391925050565b61148561217d565b61148d6121b2565b505f5f61149861251f565b90925090505f8080805b8681101561169857368888838181106114bd576114bd615040565b90506020028101906114cf919061506d565b90505f6115076114e26020840184614d32565b6114f260408501602086016150a9565b61150260608601604087016150a9565b6125bb565b9050805f03611517575050611690565b5f6001600160a01b037f00000000000000000000000000000000000000000000000000000000000000001663695b7f236115546020860186614d32565b6040517fffffffff0000000000000000000000000000000000000000000000000000000060e084901b1681526001600160a01b039091166004820152602401602060405180830381865afa1580156115ae573d5f5f3e3d5ffd5b505050506040513d601f19601f820116820180604052508101906115d29190614f9b565b90506001600160a01b0381166115ea57505050611690565b61163389896115fc6020870187614d32565b61160c60408801602089016150a9565b61161c6060890160408a016150a9565b606089013561162e60808b018b6150c2565b61265e565b61164a6116436020850185614d32565b8284612817565b846001600160a01b0316816001600160a01b0316146116745761166d8587612930565b5f95509350835b61167e86836129ec565b955061168a87836129ec565b96505050505b6001016114a2565b506116a384846128b9565b6116ad8183612930565b50505050506116ba6129c2565b5050565b6116c6612a73565b6113495f612ab9565b5f7f000000000000000000000000000000000000000000000000000000000000000067ffffffffffffffff16421015611760576040517f1e32291900000000000000000000000000000000000000000000000000000000815267ffffffffffffffff7f000000000000000000000000000000000000000000000000000000000000000016600482015260240161093b565b7f000000000000000000000000000000000000000000000000000000000000000067ffffffffffffffff167f000000000000000000000000000000000000000000000000000000000000000067ffffffffffffffff16426117c19190614fed565b6117cb9190615126565b905090565b5f6060805f5f5f60606117e1612b22565b6117e9612b4d565b604080515f808252602082019092527f0f000000000000000000000000000000000000000000000000000000000000009b939a50919850469750309650945092509050565b6040805160e0810182526015805461ffff80821684526201000082048116602085015264010000000082048116848601526601000000000000820416606084015268010000000000000000810463ffffffff166080808501919091526c010000000000000000000000009091046bffffffffffffffffffffffff1660a08401528351908101938490525f938493929160c08401916016906004908288855b82829054906101000a900461ffff1661ffff16815260200190600201906020826001010492830192600103820291508084116118cc579050505050505081525050905061191881612b78565b91505090565b611926612a73565b600380547fffffffffffffffffffffffff0000000000000000000000000000000000000000166001600160a01b0383169081179091556040517fe6c09ffe4572dc9ceaa5ddde4ae41befa655d6fdfe8052077af0970f700e942e905f90a250565b5f610ce461199483612ba7565b612bdb565b6119a161217d565b60035474010000000000000000000000000000000000000000900467ffffffffffffffff1642811115611a0c576040517f0e601c6c00000000000000000000000000000000000000000000000000000000815267ffffffffffffffff8216600482015260240161093b565b611a146121b2565b50611a23898989898989612c22565b5f611a2d8a612ba7565b90505f611a43611a3c83612bdb565b8686612e15565b9050611a4f8b89613019565b611a598b83613273565b817fcfd800f897a92ec2f1611ecc6a9c4626f65abdd7a8fbb714430af779769836068289898c604051611a8f94939291906151f2565b60405180910390a26040517f6b9c75c00000000000000000000000000000000000000000000000000000000081525f906001600160a01b037f00000000000000000000000000000000000000000000000000000000000000001690636b9c75c090611b00908e908e9060040161522b565b6020604051808303815f875af1158015611b1c573d5f5f3e3d5ffd5b505050506040513d601f19601f82011682018060405250810190611b409190614fb6565b90508b60c001358114611b8c576040517f320f0b740000000000000000000000000000000000000000000000000000000081526004810182905260c08d0135602482015260440161093b565b50505050611b986129c2565b5050505050505050565b611bc360405180606001604052805f81526020015f81526020015f81525090565b611be460405180606001604052805f81526020015f81526020015f81525090565b6040805160808101825260085465ffffffffffff808216835266010000000000008204811660208401526c01000000000000000000000000820481169383019390935272010000000000000000000000000000000000009004909116606082018190525f90421015611c5a578160400151611c60565b81602001515b65ffffffffffff16905060018110611cca57600b6003611c81600184614fed565b611c8b919061502d565b60038110611c9b57611c9b615040565b600302016040518060600160405290815f82015481526020016001820154815260200160028201548152505093505b60028110611d2a57600b6003611ce1600284614fed565b611ceb919061502d565b60038110611cfb57611cfb615040565b600302016040518060600160405290815f82015481526020016001820154815260200160028201548152505092505b50509091565b611d38612a73565b5f611d4836839003830183615348565b9050611d7d8163ffffffff7f000000000000000000000000000000000000000000000000000000000000000081169061364816565b805160158054602084015160408501516060860151608087015160a08801516bffffffffffffffffffffffff166c01000000000000000000000000027fffffffffffffffff000000000000000000000000ffffffffffffffffffffffff63ffffffff9092166801000000000000000002919091167fffffffffffffffff00000000000000000000000000000000ffffffffffffffff61ffff9384166601000000000000027fffffffffffffffffffffffffffffffffffffffffffffffff0000ffffffffffff95851664010000000002959095167fffffffffffffffffffffffffffffffffffffffffffffffff00000000ffffffff96851662010000027fffffffffffffffffffffffffffffffffffffffffffffffffffffffff00000000909816949099169390931795909517939093169590951717939093161791909117815560c0820151829190611ed3906016906004614926565b50905050611ee081612b78565b7f122a52b035c74ec9cb7f3524cee7b57ed2212c39ee95279d565ae9943fc2b3be82604051611f0f9190614ec1565b60405180910390a25050565b611f236149b7565b6040805160e0810182526015805461ffff80821684526201000082048116602085015264010000000082048116848601526601000000000000820416606084015268010000000000000000810463ffffffff166080808501919091526c010000000000000000000000009091046bffffffffffffffffffffffff1660a08401528351908101938490529192909160c0840191601690600490825f855b82829054906101000a900461ffff1661ffff1681526020019060020190602082600101049283019260010382029150808411611fbf579050505050505081525050905090565b61200d61217d565b8060185f82825461201e9190614f88565b909155505060185460405133917ffe87bb86cb697f366b273d1601273d9cedd1982d33ac1417557cb9ddf6cf61369161205f91858252602082015260400190565b60405180910390a261209c6001600160a01b037f000000000000000000000000000000000000000000000000000000000000000016333084613860565b6120a46129c2565b50565b6120af612a73565b6001600160a01b0381166120f1576040517f1e4fbdf70000000000000000000000000000000000000000000000000000000081525f600482015260240161093b565b6120a481612ab9565b5f6117cb6138af565b5f67ffffffffffffffff82111561215257604080517f6dfcc65000000000000000000000000000000000000000000000000000000000815260048101919091526024810183905260440161093b565b5090565b5f4382810361010181106121725761216d846139d8565b612175565b83405b949350505050565b612185613a05565b61134960017f9b779b17422d0df92223018b32b4d1fa46e071723d6817e2486d003becc55f005b90613a5e565b6040805160808101825260085465ffffffffffff8082168352660100000000000082048116602084018190526c010000000000000000000000008304821694840185905272010000000000000000000000000000000000009092041660608301525f92148061222c5750806060015165ffffffffffff1642105b15612238575f91505090565b6020818101805165ffffffffffff908116604080860182905285516008805460608901519286167fffffffffffffffffffffffffffffffffffffffff0000000000000000000000009091161766010000000000008502177fffffffffffffffff000000000000000000000000ffffffffffffffffffffffff166c010000000000000000000000009094027fffffffffffffffff000000000000ffffffffffffffffffffffffffffffffffff16939093177201000000000000000000000000000000000000918516919091021790915580518082019091526009546fffffffffffffffffffffffffffffffff8082168352700100000000000000000000000000000000909104169381019390935290515f91600b9160039161235c9160019116614fed565b612366919061502d565b6003811061237657612376615040565b600302019050805f01547f230b9b097f8a994d196928e9415d459e7db73b4d460e3099875a459db35252e6826001015483600201546040516123c2929190918252602082015260400190565b60405180910390a260208201516fffffffffffffffffffffffffffffffff16156124925760208201516040517f40c10f190000000000000000000000000000000000000000000000000000000081523060048201526fffffffffffffffffffffffffffffffff90911660248201527f00000000000000000000000000000000000000000000000000000000000000006001600160a01b0316906340c10f19906044015f604051808303815f87803b15801561247b575f5ffd5b505af115801561248d573d5f5f3e3d5ffd5b505050505b81516fffffffffffffffffffffffffffffffff1615612515578151612515906001600160a01b037f000000000000000000000000000000000000000000000000000000000000000016907f0000000000000000000000000000000000000000000000000000000000000000906fffffffffffffffffffffffffffffffff16613a65565b6001935050505090565b6008545f9081906c01000000000000000000000000900465ffffffffffff16808203612577576040517f14567ff400000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b5f600b6003612587600185614fed565b612591919061502d565b600381106125a1576125a1615040565b600302019050806001015481600201549350935050509091565b6001600160a01b0383165f90815260146020526040812054608081901c6fffffffffffffffffffffffffffffffff8083169061265190871683106125ff575f612615565b82876fffffffffffffffffffffffffffffffff16035b82876fffffffffffffffffffffffffffffffff16116126345760801b90565b60801b6fffffffffffffffffffffffffffffffff87168390031790565b93505050505b9392505050565b6040805160016020808301919091526001600160a01b038916828401526fffffffffffffffffffffffffffffffff808916606084015287166080808401919091528351808403909101815260a090920190925280519101205f908190612701907fffffffffffffffffffffffffffffffff0000000000000000000000000000000060808a901b166fffffffffffffffffffffffffffffffff891617878787613ab8565b91509150898214801561271357508881145b1561271f575050611b98565b6008546c01000000000000000000000000900465ffffffffffff166002811015612780576040517ff9caff350000000000000000000000000000000000000000000000000000000081526001600160a01b038a16600482015260240161093b565b5f600b6003612790600285614fed565b61279a919061502d565b600381106127aa576127aa615040565b6003020190508060010154841415806127c7575080600201548314155b15612809576040517ff9caff350000000000000000000000000000000000000000000000000000000081526001600160a01b038b16600482015260240161093b565b505050505050505050505050565b6001600160a01b0383165f9081526014602052604090205461283990826129ec565b6001600160a01b038085165f818152601460205260409081902093909355915190841691907fe6aaaaf06c76218483e7dea49b5101c561f6395438de54864693ccf051e7f47c906128ac90608086901c906fffffffffffffffffffffffffffffffff871690918252602082015260400190565b60405180910390a3505050565b5f6128c6600a54836129ec565b9050608083901c608082901c11806128f257506fffffffffffffffffffffffffffffffff838116908216115b15612929576040517fd1a0485500000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b600a555050565b608081901c6fffffffffffffffffffffffffffffffff82168115612982576129826001600160a01b037f0000000000000000000000000000000000000000000000000000000000000000168584613a65565b80156129bc576129bc6001600160a01b037f0000000000000000000000000000000000000000000000000000000000000000168583613a65565b50505050565b6113495f7f9b779b17422d0df92223018b32b4d1fa46e071723d6817e2486d003becc55f006121ac565b5f6fffffffffffffffffffffffffffffffff612a0c838216858316614f88565b1180612a3757506fffffffffffffffffffffffffffffffff612a35608084811c9086901c614f88565b115b15612a6e576040517f2aac526900000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b500190565b6002546001600160a01b03163314611349576040517f118cdaa700000000000000000000000000000000000000000000000000000000815233600482015260240161093b565b600280546001600160a01b038381167fffffffffffffffffffffffff0000000000000000000000000000000000000000831681179093556040519116919082907f8be0079c531659141344cd1fd0a4f28419497f9722a3daafe3b4186f6b6457e0905f90a35050565b60606117cb7f0000000000000000000000000000000000000000000000000000000000000000613c50565b60606117cb7f0000000000000000000000000000000000000000000000000000000000000000613c50565b5f81604051602001612b8a9190614ec1565b604051602081830303815290604052805190602001209050919050565b5f7fe7f25cdfe4cbf6bfa03e0b5230c0cc65c09caa872bf2e0ba798769af50c6f4cf82604051602001612b8a9291906154fe565b5f610ce4612be76138af565b836040517f19010000000000000000000000000000000000000000000000000000000000008152600281019290925260228201526042902090565b60015b81811015612cab578282612c3a600184614fed565b818110612c4957612c49615040565b90506020020135838383818110612c6257612c62615040565b9050602002013511612ca3576040517f886564f80000000000000000000000000000000000000000000000000000000081526004810182905260240161093b565b600101612c25565b505f8282604051602001612cc0929190615513565b60405160208183030381529060405280519060200120905080876080013514612d22576040517f8ad272b9000000000000000000000000000000000000000000000000000000008152608088013560048201526024810182905260440161093b565b8585604051602001612d3592919061522b565b604051602081830303815290604052805190602001209050808760a0013514612d97576040517f259b6aab00000000000000000000000000000000000000000000000000000000815260a088013560048201526024810182905260440161093b565b83604051602001612da89190615526565b6040516020818303038152906040528051906020012090508087610140013514612e0c576040517f342929d500000000000000000000000000000000000000000000000000000000815261014088013560048201526024810182905260440161093b565b50505050505050565b60608167ffffffffffffffff811115612e3057612e30615139565b604051908082528060200260200182016040528015612e59578160200160208202803683370190505b5090505f805b83811015612f1c575f612e9587878785818110612e7e57612e7e615040565b9050602002810190612e909190615535565b613c8d565b9050826001600160a01b0316816001600160a01b031611612ee5576040517f590a84f70000000000000000000000000000000000000000000000000000000081526004810183905260240161093b565b80925082848381518110612efb57612efb615040565b6001600160a01b039092166020928302919091019091015250600101612e5f565b505f5f7f00000000000000000000000000000000000000000000000000000000000000006001600160a01b031663f767b4da856040518263ffffffff1660e01b8152600401612f6b9190615596565b6040805180830381865afa158015612f85573d5f5f3e3d5ffd5b505050506040513d601f19601f82011682018060405250810190612fa991906155a8565b91509150805f1480612fce5750612fc18160026155ca565b612fcc8360036155ca565b105b1561300f576040517f6a215984000000000000000000000000000000000000000000000000000000008152600481018390526024810182905260440161093b565b5050509392505050565b6040805160808101825260085465ffffffffffff8082168352660100000000000082048116602084018190526c010000000000000000000000008304821694840185905272010000000000000000000000000000000000009092041660608301529091146130c35760608101516040517fbb7552a400000000000000000000000000000000000000000000000000000000815265ffffffffffff909116600482015260240161093b565b6130e460405180606001604052805f81526020015f81526020015f81525090565b602082015165ffffffffffff161561315c57600b60036001846020015165ffffffffffff166131139190614fed565b61311d919061502d565b6003811061312d5761312d615040565b600302016040518060600160405290815f82015481526020016001820154815260200160028201548152505090505b6040805160e0810182526015805461ffff80821684526201000082048116602085015264010000000082048116848601526601000000000000820416606084015268010000000000000000810463ffffffff166080808501919091526c010000000000000000000000009091046bffffffffffffffffffffffff1660a08401528351908101938490525f9360c0840191906016906004908288855b82829054906101000a900461ffff1661ffff16815260200190600201906020826001010492830192600103820291508084116131f757905050505050508152505090506132498584845f015184613cb7565b6132538582613fa3565b61325e8585836140f1565b61326c8583604001516143dd565b5050505050565b6040805160808101825260085465ffffffffffff808216835266010000000000008204811660208401526c0100000000000000000000000082048116938301939093527201000000000000000000000000000000000000900490911660608201525f61331161330c67ffffffffffffffff7f00000000000000000000000000000000000000000000000000000000000000001642614f88565b6144c8565b90505f600b6003846020015165ffffffffffff1661332f919061502d565b6003811061333f5761333f615040565b6003020184815561026086013560018201556102808601356002820155905061336c6101c0860135614513565b601780547fffffffffffffffffffffffffffffffff00000000000000000000000000000000166fffffffffffffffffffffffffffffffff929092169190911790556133bb610180860135614513565b601780546010906133f390849070010000000000000000000000000000000090046fffffffffffffffffffffffffffffffff166155e1565b92506101000a8154816fffffffffffffffffffffffffffffffff02191690836fffffffffffffffffffffffffffffffff160217905550846101a001355f1461345157846101a0013560185f82825461344b9190614fed565b90915550505b604051806040016040528061346a876101200135614513565b6fffffffffffffffffffffffffffffffff16815260200161348f876101800135614513565b6fffffffffffffffffffffffffffffffff90811690915281516020928301518216700100000000000000000000000000000000029116176009556134ee906134d990870187614a47565b61330c9067ffffffffffffffff166001614f88565b65ffffffffffff1683526020830180516001919061350d908390615609565b65ffffffffffff908116909152838116606086018190528551600880546020808a015160408b015172010000000000000000000000000000000000009096027fffffffffffffffff000000000000ffffffffffffffffffffffffffffffffffff9688166c0100000000000000000000000002969096167fffffffffffffffff000000000000000000000000ffffffffffffffffffffffff9188166601000000000000027fffffffffffffffffffffffffffffffffffffffff0000000000000000000000009094169590971694909417919091179290921693909317919091179091558591506135fe90870187614a47565b67ffffffffffffffff167f5e4edd7db2d57383222f51cdae6917cc99bb385196506e74ace24cbf1d77e2448488604051613639929190615627565b60405180910390a35050505050565b5f826060015161ffff16836040015161ffff16846020015161ffff16855f015161ffff166136769190614f88565b6136809190614f88565b61368a9190614f88565b905061271081146136ca576040517f94e599f20000000000000000000000000000000000000000000000000000000081526004810182905260240161093b565b6064836060015161ffff1610156137195760608301516040517f92e9b0c800000000000000000000000000000000000000000000000000000000815261ffff909116600482015260240161093b565b6103e8836040015161ffff1611156137695760408084015190517f3d95061f00000000000000000000000000000000000000000000000000000000815261ffff909116600482015260240161093b565b60c083015160608101516040820151602083015192515f9361ffff938416939283169261379a929181169116614f88565b6137a49190614f88565b6137ae9190614f88565b90506127108111156137ef576040517f8a3c59770000000000000000000000000000000000000000000000000000000081526004810182905260240161093b565b82846080015163ffffffff1611806138145750633b9aca00846080015163ffffffff16115b156129bc5760808401516040517fed20b4a500000000000000000000000000000000000000000000000000000000815263ffffffff90911660048201526024810184905260440161093b565b61386e848484846001614568565b6129bc576040517f5274afe70000000000000000000000000000000000000000000000000000000081526001600160a01b038516600482015260240161093b565b5f306001600160a01b037f00000000000000000000000000000000000000000000000000000000000000001614801561390757507f000000000000000000000000000000000000000000000000000000000000000046145b1561393157507f000000000000000000000000000000000000000000000000000000000000000090565b6117cb604080517f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f60208201527f0000000000000000000000000000000000000000000000000000000000000000918101919091527f000000000000000000000000000000000000000000000000000000000000000060608201524660808201523060a08201525f9060c00160405160208183030381529060405280519060200120905090565b5f815f525f60205260208060205f71f90827f1c53a10cb7a02335b1753200029355afa5050602051919050565b7f9b779b17422d0df92223018b32b4d1fa46e071723d6817e2486d003becc55f005c15611349576040517f3ee5aeb500000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b80825d5050565b613a7283838360016145ee565b613ab3576040517f5274afe70000000000000000000000000000000000000000000000000000000081526001600160a01b038416600482015260240161093b565b505050565b5f80826020811115613af9576040517f6bd6b3fd0000000000000000000000000000000000000000000000000000000081526004810182905260240161093b565b85811c15613b3d576040517fb0a9aa6b000000000000000000000000000000000000000000000000000000008152600481018790526024810182905260440161093b565b6040518893508792506fffffffffffffffffffffffffffffffff831690608084901c9087600685901b81015b80821015613bdb57602082013560018c1660061b898186015288816020870101528335816040870103528181606087010352506080842098506fffffffffffffffffffffffffffffffff8116860195508060801c8501945050848460801b0196508a60011c9a50604082019150613b69565b50506fffffffffffffffffffffffffffffffff8311905080613c0c57506fffffffffffffffffffffffffffffffff81115b15613c43576040517f2aac526900000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b5050509550959350505050565b60605f613c5c83614669565b6040805160208082528183019092529192505f91906020820181803683375050509182525060208101929092525090565b5f5f5f5f613c9c8787876146a9565b925092509250613cac82826146f0565b509095945050505050565b825165ffffffffffff16613cce6020860186614a47565b67ffffffffffffffff161015613d3957613ceb6020850185614a47565b83516040517ff18fcfd200000000000000000000000000000000000000000000000000000000815267ffffffffffffffff909216600483015265ffffffffffff16602482015260440161093b565b67ffffffffffffffff7f000000000000000000000000000000000000000000000000000000000000000016613d716020860186614a47565b613d869067ffffffffffffffff166001614f88565b613d9091906155ca565b613dc49067ffffffffffffffff7f000000000000000000000000000000000000000000000000000000000000000016614f88565b421015613e1757613dd86020850185614a47565b6040517f5dd3469000000000000000000000000000000000000000000000000000000000815267ffffffffffffffff909116600482015260240161093b565b60065f613e276020870187614a47565b67ffffffffffffffff1681526020019081526020015f20545f5f1b03613e9357613e546020850185614a47565b6040517f0172d15900000000000000000000000000000000000000000000000000000000815267ffffffffffffffff909116600482015260240161093b565b81846020013514613edd576040517fdec38460000000000000000000000000000000000000000000000000000000008152602085013560048201526024810183905260440161093b565b5f613ee782612b78565b905080856040013514613f3357604080517ffd7b7f8d0000000000000000000000000000000000000000000000000000000081529086013560048201526024810182905260440161093b565b43613f446080870160608801614a47565b67ffffffffffffffff16111561326c57613f646080860160608701614a47565b6040517f8b8ce2c600000000000000000000000000000000000000000000000000000000815267ffffffffffffffff909116600482015260240161093b565b5f613fb761010084013560e0850135614f88565b905060c0830135613fcd61012085013583614f88565b146140215760c0830135613fe661012085013583614f88565b6040517f3127dac90000000000000000000000000000000000000000000000000000000081526004810192909252602482015260440161093b565b5f6140388460c00135846060015161ffff166147f3565b6140469060c0860135614fed565b90508082111561408c576040517fb7d2cdfd000000000000000000000000000000000000000000000000000000008152600481018390526024810182905260440161093b565b6140a28460c00135846040015161ffff16614822565b90508084610100013511156129bc576040517f950d885300000000000000000000000000000000000000000000000000000000815261010085013560048201526024810182905260440161093b565b60175460808201516fffffffffffffffffffffffffffffffff909116905f9061412190839063ffffffff16614830565b90505f805b60048110156141ff575f614158848760c00151846004811061414a5761414a615040565b602002015161ffff16614822565b90508087836004811061416d5761416d615040565b602002013511156141d2578187836004811061418b5761418b615040565b6040517f310473500000000000000000000000000000000000000000000000000000000081526004810193909352602002013560248201526044810182905260640161093b565b8682600481106141e4576141e4615040565b6020020135836141f49190614f88565b925050600101614126565b50856101600135811461424c576040517ffc325b0500000000000000000000000000000000000000000000000000000000815260048101829052610160870135602482015260440161093b565b6142568184614fed565b866101c00135146142ac576101c08601356142718285614fed565b6040517f4649f6110000000000000000000000000000000000000000000000000000000081526004810192909252602482015260440161093b565b6017545f906142e7906101808901359070010000000000000000000000000000000090046fffffffffffffffffffffffffffffffff16614f88565b90505f6143056101c08901356b019d971e4fe8401e74000000614fed565b90508082111561434b576040517fcf34bcad000000000000000000000000000000000000000000000000000000008152600481018390526024810182905260440161093b565b5f6018548760a001516bffffffffffffffffffffffff161061436f57601854614383565b8660a001516bffffffffffffffffffffffff165b905080896101a0013511156143d2576040517f648c60020000000000000000000000000000000000000000000000000000000081526101a08a013560048201526024810182905260440161093b565b505050505050505050565b5f6101008301356143f660e0850135608085901c614f88565b6144009190614f88565b90505f6101a084013561442a6101808601356fffffffffffffffffffffffffffffffff8616614f88565b6144349190614f88565b90505f61447a61444384614513565b6fffffffffffffffffffffffffffffffff1661445e84614513565b6fffffffffffffffffffffffffffffffff1660809190911b1790565b9050808561028001351461326c576040517fbcb3437200000000000000000000000000000000000000000000000000000000815261028086013560048201526024810182905260440161093b565b5f65ffffffffffff821115612152576040517f6dfcc650000000000000000000000000000000000000000000000000000000008152603060048201526024810183905260440161093b565b5f6fffffffffffffffffffffffffffffffff821115612152576040517f6dfcc650000000000000000000000000000000000000000000000000000000008152608060048201526024810183905260440161093b565b6040517f23b872dd000000000000000000000000000000000000000000000000000000005f8181526001600160a01b038781166004528616602452604485905291602083606481808c5af1925060015f511483166145dd5783831516156145d1573d5f823e3d81fd5b5f883b113d1516831692505b604052505f60605295945050505050565b6040517fa9059cbb000000000000000000000000000000000000000000000000000000005f8181526001600160a01b038616600452602485905291602083604481808b5af1925060015f5114831661465d578383151615614651573d5f823e3d81fd5b5f873b113d1516831692505b60405250949350505050565b5f60ff8216601f811115610ce4576040517fb3512b0c00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b5f808060418490036146dd578435602086013560408701355f1a6146cf89828585614840565b9550955095505050506146e7565b505f915060029050825b93509350939050565b5f82600381111561470357614703615644565b0361470c575050565b600182600381111561472057614720615644565b03614757576040517ff645eedf00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b600282600381111561476b5761476b615644565b036147a5576040517ffce698f70000000000000000000000000000000000000000000000000000000081526004810182905260240161093b565b60038260038111156147b9576147b9615644565b036116ba576040517fd78bce0c0000000000000000000000000000000000000000000000000000000081526004810182905260240161093b565b5f61271060018161480485876155ca565b61480e9190614f88565b6148189190614fed565b6126579190615126565b5f61271061481883856155ca565b5f633b9aca0061481883856155ca565b5f80807f7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a084111561487957505f9150600390508261491c565b604080515f808252602082018084528a905260ff891692820192909252606081018790526080810186905260019060a0016020604051602081039080840390855afa1580156148ca573d5f5f3e3d5ffd5b50506040517fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe001519150506001600160a01b03811661491357505f92506001915082905061491c565b92505f91508190505b9450945094915050565b6001830191839082156149ab579160200282015f5b8382111561497b57835183826101000a81548161ffff021916908361ffff160217905550926020019260020160208160010104928301926001030261493b565b80156149a95782816101000a81549061ffff021916905560020160208160010104928301926001030261497b565b505b506121529291506149f9565b6040805160e0810182525f80825260208201819052918101829052606081018290526080810182905260a081019190915260c081016149f4614a0d565b905290565b5b80821115612152575f81556001016149fa565b60405180608001604052806004906020820280368337509192915050565b803567ffffffffffffffff81168114614a42575f5ffd5b919050565b5f60208284031215614a57575f5ffd5b61265782614a2b565b6001600160a01b03811681146120a4575f5ffd5b5f5f60408385031215614a85575f5ffd5b614a8e83614a2b565b91506020830135614a9e81614a60565b809150509250929050565b80356fffffffffffffffffffffffffffffffff81168114614a42575f5ffd5b5f5f83601f840112614ad8575f5ffd5b50813567ffffffffffffffff811115614aef575f5ffd5b6020830191508360208260061b8501011115614b09575f5ffd5b9250929050565b5f5f5f5f5f5f60a08789031215614b25575f5ffd5b8635614b3081614a60565b9550614b3e60208801614aa9565b9450614b4c60408801614aa9565b935060608701359250608087013567ffffffffffffffff811115614b6e575f5ffd5b614b7a89828a01614ac8565b979a9699509497509295939492505050565b5f5f60408385031215614b9d575f5ffd5b614ba683614a2b565b946020939093013593505050565b5f5f83601f840112614bc4575f5ffd5b50813567ffffffffffffffff811115614bdb575f5ffd5b6020830191508360208260051b8501011115614b09575f5ffd5b5f5f60208385031215614c06575f5ffd5b823567ffffffffffffffff811115614c1c575f5ffd5b614c2885828601614bb4565b90969095509350505050565b5f81518084528060208401602086015e5f6020828601015260207fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0601f83011685010191505092915050565b7fff000000000000000000000000000000000000000000000000000000000000008816815260e060208201525f614cba60e0830189614c34565b8281036040840152614ccc8189614c34565b606084018890526001600160a01b038716608085015260a0840186905283810360c0850152845180825260208087019350909101905f5b81811015614d21578351835260209384019390920191600101614d03565b50909b9a5050505050505050505050565b5f60208284031215614d42575f5ffd5b813561265781614a60565b5f6102e08284031215614d5e575f5ffd5b50919050565b5f6102e08284031215614d75575f5ffd5b6126578383614d4d565b5f5f5f5f5f5f5f5f6103c0898b031215614d97575f5ffd5b614da18a8a614d4d565b97506102e089013567ffffffffffffffff811115614dbd575f5ffd5b614dc98b828c01614ac8565b90985096505061038089018a811115614de0575f5ffd5b6103008a0195503567ffffffffffffffff811115614dfc575f5ffd5b614e088b828c01614bb4565b9095509350506103a089013567ffffffffffffffff811115614e28575f5ffd5b614e348b828c01614bb4565b999c989b5096995094979396929594505050565b8251815260208084015181830152604080850151818401528351606084015290830151608083015282015160a082015260c08101612657565b5f610140828403128015614e93575f5ffd5b509092915050565b805f5b60048110156129bc57815161ffff16845260209384019390910190600101614e9e565b5f6101408201905061ffff835116825261ffff602084015116602083015261ffff604084015116604083015261ffff606084015116606083015263ffffffff608084015116608083015260a0830151614f2a60a08401826bffffffffffffffffffffffff169052565b5060c0830151614f3d60c0840182614e9b565b5092915050565b5f60208284031215614f54575f5ffd5b5035919050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b80820180821115610ce457610ce4614f5b565b5f60208284031215614fab575f5ffd5b815161265781614a60565b5f60208284031215614fc6575f5ffd5b5051919050565b67ffffffffffffffff8181168382160190811115610ce457610ce4614f5b565b81810381811115610ce457610ce4614f5b565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601260045260245ffd5b5f8261503b5761503b615000565b500690565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52603260045260245ffd5b5f82357fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff6183360301811261509f575f5ffd5b9190910192915050565b5f602082840312156150b9575f5ffd5b61265782614aa9565b5f5f83357fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe18436030181126150f5575f5ffd5b83018035915067ffffffffffffffff82111561510f575f5ffd5b6020019150600681901b3603821315614b09575f5ffd5b5f8261513457615134615000565b500490565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b5f8151808452602084019350602083015f5b8281101561519f5781516001600160a01b0316865260209586019590910190600101615178565b5093949350505050565b8183525f7f07ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff8311156151d9575f5ffd5b8260051b80836020870137939093016020019392505050565b60c081525f61520460c0830187615166565b82810360208401526152178186886151a9565b915050608083604084013795945050505050565b602080825281018290525f8360408301825b8581101561527757823561525081614a60565b6001600160a01b03168252602083810135908301526040928301929091019060010161523d565b5095945050505050565b60405160e0810167ffffffffffffffff811182821017156152a4576152a4615139565b60405290565b803561ffff81168114614a42575f5ffd5b80356bffffffffffffffffffffffff81168114614a42575f5ffd5b5f82601f8301126152e5575f5ffd5b6040516080810167ffffffffffffffff8111828210171561530857615308615139565b60405280608084018581111561531c575f5ffd5b845b8181101561533d5761532f816152aa565b83526020928301920161531e565b509195945050505050565b5f61014082840312801561535a575f5ffd5b50615363615281565b61536c836152aa565b815261537a602084016152aa565b602082015261538b604084016152aa565b604082015261539c606084016152aa565b6060820152608083013563ffffffff811681146153b7575f5ffd5b60808201526153c860a084016152bb565b60a08201526153da8460c085016152d6565b60c08201529392505050565b615401826153f383614a2b565b67ffffffffffffffff169052565b602081810135908301526040808201359083015261542160608201614a2b565b67ffffffffffffffff1660608301526080818101359083015260a0808201359083015260c0808201359083015260e08082013590830152610100808201359083015261012080820135908301526101408082013590830152610160808201359083015261018080820135908301526101a080820135908301526101c080820135908301526101e08082013590830152610200808201359083015261022080820135908301526102408082013590830152610260808201359083015261028080820135908301526102a080820135908301526102c090810135910152565b828152610300810161265760208301846153e6565b602081525f6121756020830184866151a9565b60808181019083833792915050565b5f5f83357fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe1843603018112615568575f5ffd5b83018035915067ffffffffffffffff821115615582575f5ffd5b602001915036819003821315614b09575f5ffd5b602081525f6126576020830184615166565b5f5f604083850312156155b9575f5ffd5b505080516020909101519092909150565b8082028115828204841417610ce457610ce4614f5b565b6fffffffffffffffffffffffffffffffff8181168382160190811115610ce457610ce4614f5b565b65ffffffffffff8181168382160190811115610ce457610ce4614f5b565b65ffffffffffff83168152610300810161265760208301846153e6565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52602160045260245ffd" as const;
