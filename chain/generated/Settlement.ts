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
        "internalType": "struct Settlement.Outcome",
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
        "internalType": "struct Settlement.Outcome",
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
        "internalType": "struct Settlement.Outcome",
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

export const settlementBytecode = "0x6102a0604052348015610010575f5ffd5b506040516165c93803806165c983398101604081905261002f91610a55565b604051806040016040528060088152602001675761796c6561766560c01b815250604051806040016040528060018152602001603160f81b8152508260a001515f6001600160a01b0316816001600160a01b0316036100a857604051631e4fbdf760e01b81525f60048201526024015b60405180910390fd5b6100b18161058b565b506100bb826105da565b610120526100c8816105da565b61014052815160208084019190912060e052815190820120610100524660a05261015460e05161010051604080517f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f60208201529081019290925260608201524660808201523060a08201525f9060c00160405160208183030381529060405280519060200120905090565b60805250503060c05280516001600160a01b0316158061017f575060208101516001600160a01b0316155b80610195575060408101516001600160a01b0316155b806101ab575060608101516001600160a01b0316155b806101c1575060808101516001600160a01b0316155b156101df5760405163d92e233d60e01b815260040160405180910390fd5b6101008101516001600160401b0316158061020657506101208101516001600160401b0316155b156102245760405163346ab43760e11b815260040160405180910390fd5b8061014001516001600160401b03168161010001516001600160401b031661024c9190610b46565b81604001516001600160a01b031663cf9aebee6040518163ffffffff1660e01b8152600401602060405180830381865afa15801561028c573d5f5f3e3d5ffd5b505050506040513d601f19601f820116820180604052508101906102b09190610b6b565b6001600160401b0316116103475780604001516001600160a01b031663cf9aebee6040518163ffffffff1660e01b8152600401602060405180830381865afa1580156102fe573d5f5f3e3d5ffd5b505050506040513d601f19601f820116820180604052508101906103229190610b6b565b60405163616d6e2960e11b81526001600160401b03909116600482015260240161009f565b6101608101516080810151610362919063ffffffff16610617565b80516001600160a01b0390811661016090815260208084015183166101805260408085015184166101a05260608086015185166101c05260808087015186166101e05260e08701516001600160401b03908116610200526101008801518116610220526101208801518116610240526101408801511661026052938601805185015163ffffffff90811661028052600880546001600160801b0319166b019d971e4fe8401e7400000017905560c08089015160048054919099166001600160a01b031990911617885591518051600580549783015196830151958301519883015160a08401516001600160601b03166c0100000000000000000000000002600160601b600160c01b031991909516680100000000000000000216600160401b600160c01b031961ffff9a8b1666010000000000000261ffff60301b19988c16640100000000029890981663ffffffff60201b19998c16620100000263ffffffff19909b169b9094169a909a1798909817969096161793909317959095169390931793909317815590820151919290916104fe91600691906107e7565b50505060c08101516040516001600160a01b03909116907fe6c09ffe4572dc9ceaa5ddde4ae41befa655d6fdfe8052077af0970f700e942e905f90a2610160810151610549906107b8565b7f122a52b035c74ec9cb7f3524cee7b57ed2212c39ee95279d565ae9943fc2b3be82610160015160405161057d9190610bb1565b60405180910390a250610c8a565b5f80546001600160a01b038381166001600160a01b0319831681178455604051919092169283917f8be0079c531659141344cd1fd0a4f28419497f9722a3daafe3b4186f6b6457e09190a35050565b5f5f829050601f81511115610604578260405163305a27a960e01b815260040161009f9190610c2f565b805161060f82610c64565b179392505050565b5f826060015161ffff16836040015161ffff16846020015161ffff16855f015161ffff166106459190610b46565b61064f9190610b46565b6106599190610b46565b9050612710811461068057604051634a72ccf960e11b81526004810182905260240161009f565b6064836060015161ffff1610156106b657606083015160405163125d361960e31b815261ffff909116600482015260240161009f565b6103e8836040015161ffff1611156106ed576040808401519051633d95061f60e01b815261ffff909116600482015260240161009f565b60c083015160608101516040820151602083015192515f9361ffff938416939283169261071e929181169116610b46565b6107289190610b46565b6107329190610b46565b905061271081111561075a57604051638a3c597760e01b81526004810182905260240161009f565b82846080015163ffffffff16118061077f5750633b9aca00846080015163ffffffff16115b156107b257608084015160405163ed20b4a560e01b815263ffffffff90911660048201526024810184905260440161009f565b50505050565b5f816040516020016107ca9190610bb1565b604051602081830303815290604052805190602001209050919050565b60018301918390821561086c579160200282015f5b8382111561083c57835183826101000a81548161ffff021916908361ffff16021790555092602001926002016020816001010492830192600103026107fc565b801561086a5782816101000a81549061ffff021916905560020160208160010104928301926001030261083c565b505b5061087892915061087c565b5090565b5b80821115610878575f815560010161087d565b634e487b7160e01b5f52604160045260245ffd5b60405160e081016001600160401b03811182821017156108c6576108c6610890565b60405290565b60405161018081016001600160401b03811182821017156108c6576108c6610890565b80516001600160a01b0381168114610905575f5ffd5b919050565b80516001600160401b0381168114610905575f5ffd5b805161ffff81168114610905575f5ffd5b80516001600160601b0381168114610905575f5ffd5b5f82601f830112610956575f5ffd5b604051608081016001600160401b038111828210171561097857610978610890565b60405280608084018581111561098c575f5ffd5b845b818110156109ad5761099f81610920565b83526020928301920161098e565b509195945050505050565b5f61014082840312156109c9575f5ffd5b6109d16108a4565b90506109dc82610920565b81526109ea60208301610920565b60208201526109fb60408301610920565b6040820152610a0c60608301610920565b6060820152608082015163ffffffff81168114610a27575f5ffd5b6080820152610a3860a08301610931565b60a0820152610a4a8360c08401610947565b60c082015292915050565b5f6102a0828403128015610a67575f5ffd5b50610a706108cc565b610a79836108ef565b8152610a87602084016108ef565b6020820152610a98604084016108ef565b6040820152610aa9606084016108ef565b6060820152610aba608084016108ef565b6080820152610acb60a084016108ef565b60a0820152610adc60c084016108ef565b60c0820152610aed60e0840161090a565b60e0820152610aff610100840161090a565b610100820152610b12610120840161090a565b610120820152610b25610140840161090a565b610140820152610b398461016085016109b8565b6101608201529392505050565b80820180821115610b6557634e487b7160e01b5f52601160045260245ffd5b92915050565b5f60208284031215610b7b575f5ffd5b610b848261090a565b9392505050565b805f5b60048110156107b257815161ffff16845260209384019390910190600101610b8e565b5f6101408201905061ffff835116825261ffff602084015116602083015261ffff604084015116604083015261ffff606084015116606083015263ffffffff608084015116608083015260a0830151610c1560a08401826001600160601b03169052565b5060c0830151610c2860c0840182610b8b565b5092915050565b602081525f82518060208401528060208501604085015e5f604082850101526040601f19601f83011684010191505092915050565b80516020808301519190811015610c84575f198160200360031b1b821691505b50919050565b60805160a05160c05160e05161010051610120516101405161016051610180516101a0516101c0516101e05161020051610220516102405161026051610280516157fe610dcb5f395f81816108400152611df901525f8181610389015261349701525f81816106c8015261116401525f81816108f8015281816117c70152613f3c01525f81816103e40152818161173701528181611798015281816117f20152613f9701525f81816107b401526125f501525f818161050e01528181610db701528181610ee001528181611587015261308c01525f818161087c0152611b4b01525f81816104d701528181612118015281816125490152612ab801525f8181610454015281816125d20152612a7e01525f612cbf01525f612c9401525f613b7901525f613b5101525f613aac01525f613ad601525f613b0001526157fe5ff3fe608060405234801561000f575f5ffd5b50600436106102e3575f3560e01c80638af9c5b711610187578063c9f0a02d116100dd578063e2fdcc1711610093578063f698da251161006e578063f698da25146108bb578063f71a2f2f146108c3578063fb5bb0c3146108f3575f5ffd5b8063e2fdcc1714610877578063e795cce61461089e578063f2fde38b146108a8575f5ffd5b8063cff0ab96116100c3578063cff0ab9614610813578063dedfecc714610828578063e002f34f1461083b575f5ffd5b8063c9f0a02d146107af578063cd3293de146107d6575f5ffd5b80639e67b6f11161013d578063ba03e57e11610118578063ba03e57e14610729578063c6fc65c31461073c578063c884ef831461076d575f5ffd5b80639e67b6f1146106c3578063af38d757146106ea578063b945986414610700575f5ffd5b806391ddadf41161016d57806391ddadf414610589578063930595e3146106a757806397fcf131146106ba575f5ffd5b80638af9c5b7146105665780638da5cb5b14610579575f5ffd5b80634bb278f31161023c578063715018a6116101f257806384b0196e116101cd57806384b0196e1461053057806386a426631461054b5780638a0dac4a14610553575f5ffd5b8063715018a6146104f957806376671808146105015780637b10399914610509575f5ffd5b806352bfe7891161022257806352bfe7891461048e578063578746fc146104bf5780635d6542af146104d2575f5ffd5b80634bb278f31461044757806351adeb571461044f575f5ffd5b8063224e04b71161029c5780633f4ba83a116102775780633f4ba83a146103d757806342c6498a146103df578063452a932014610406575f5ffd5b8063224e04b71461035b578063232877d0146103845780632c8f7d5a146103c4575f5ffd5b8063107af42e116102cc578063107af42e1461030f5780631655eed9146103355780631fc516a714610348575f5ffd5b80630357e370146102e7578063101cabb7146102fc575b5f5ffd5b6102fa6102f5366004614bf4565b61091a565b005b6102fa61030a366004614bf4565b610b2e565b61032261031d366004614c21565b610cd8565b6040519081526020015b60405180910390f35b6102fa610343366004614cbd565b610d0c565b6102fa610356366004614d39565b610eb2565b610322610369366004614bf4565b67ffffffffffffffff165f9081526016602052604090205490565b6103ab7f000000000000000000000000000000000000000000000000000000000000000081565b60405167ffffffffffffffff909116815260200161032c565b6102fa6103d2366004614bf4565b611044565b6102fa6111e4565b6103ab7f000000000000000000000000000000000000000000000000000000000000000081565b600454604080516001600160a01b03831681527401000000000000000000000000000000000000000090920467ffffffffffffffff1660208301520161032c565b6102fa611340565b6104767f000000000000000000000000000000000000000000000000000000000000000081565b6040516001600160a01b03909116815260200161032c565b610496611390565b60408051835181526020808501519082015292810151908301521515606082015260800161032c565b6102fa6104cd366004614da2565b6114e2565b6104767f000000000000000000000000000000000000000000000000000000000000000081565b6102fa611723565b6103ab611734565b6104767f000000000000000000000000000000000000000000000000000000000000000081565b610538611835565b60405161032c9796959493929190614e2d565b610322611893565b6102fa610561366004614edf565b611983565b610322610574366004614f11565b6119ec565b5f546001600160a01b0316610476565b61063e6040805160a0810182525f80825260208201819052918101829052606081018290526080810191909152506040805160a08101825260035465ffffffffffff808216835266010000000000008204811660208401526c010000000000000000000000008204811693830193909352720100000000000000000000000000000000000081048316606083015278010000000000000000000000000000000000000000000000009004909116608082015290565b60405161032c91905f60a08201905065ffffffffffff835116825265ffffffffffff602084015116602083015265ffffffffffff604084015116604083015265ffffffffffff606084015116606083015265ffffffffffff608084015116608083015292915050565b6102fa6106b5366004614f2c565b6119fe565b61032260095481565b6103ab7f000000000000000000000000000000000000000000000000000000000000000081565b6106f2611c23565b60405161032c929190614ff5565b61032261070e366004614bf4565b67ffffffffffffffff165f9081526015602052604090205490565b6102fa61073736600461502e565b611dd4565b600a54608081901c906fffffffffffffffffffffffffffffffff165b6040805192835260208301919091520161032c565b61075861077b366004614edf565b6001600160a01b03165f90815260146020526040902054608081901c916fffffffffffffffffffffffffffffffff90911690565b6104767f000000000000000000000000000000000000000000000000000000000000000081565b6008546107f2906fffffffffffffffffffffffffffffffff1681565b6040516fffffffffffffffffffffffffffffffff909116815260200161032c565b61081b611fbf565b60405161032c919061506e565b6102fa6108363660046150f1565b6120a9565b6108627f000000000000000000000000000000000000000000000000000000000000000081565b60405163ffffffff909116815260200161032c565b6104767f000000000000000000000000000000000000000000000000000000000000000081565b61032262093a8081565b6102fa6108b6366004614edf565b61214b565b61032261219e565b6008546107f29070010000000000000000000000000000000090046fffffffffffffffffffffffffffffffff1681565b6103ab7f000000000000000000000000000000000000000000000000000000000000000081565b600480546001600160a01b03163314610966576040517fa252c1510000000000000000000000000000000000000000000000000000000081523360048201526024015b60405180910390fd5b62093a808267ffffffffffffffff1611156109b9576040517ff2292f0000000000000000000000000000000000000000000000000000000000815267ffffffffffffffff8316600482015260240161095d565b805474010000000000000000000000000000000000000000900467ffffffffffffffff1615801590610a1b57508054610a189062093a809074010000000000000000000000000000000000000000900467ffffffffffffffff16615135565b42105b15610a87578054610a529062093a809074010000000000000000000000000000000000000000900467ffffffffffffffff16615135565b6040517f7d47bb3500000000000000000000000000000000000000000000000000000000815260040161095d91815260200190565b610aa3610a9e67ffffffffffffffff841642615135565b6121a7565b81547fffffffff0000000000000000ffffffffffffffffffffffffffffffffffffffff167401000000000000000000000000000000000000000067ffffffffffffffff92831681029190911780845560405191900490911681527fdb6a871e0ca1412b5a476ec1e7ec005fc584d1afa9bef37a3c64129332bb449b9060200160405180910390a15050565b67ffffffffffffffff81165f9081526015602052604081205490819003610b8d576040517fbdd2035900000000000000000000000000000000000000000000000000000000815267ffffffffffffffff8316600482015260240161095d565b804311610bc9576040517f5d6d22500000000000000000000000000000000000000000000000000000000081526004810182905260240161095d565b67ffffffffffffffff82165f9081526016602052604090205415610c25576040517f33643aa600000000000000000000000000000000000000000000000000000000815267ffffffffffffffff8316600482015260240161095d565b5f610c2f826121fa565b90505f819003610c7e576040517f73bdc4cf00000000000000000000000000000000000000000000000000000000815267ffffffffffffffff841660048201526024810183905260440161095d565b67ffffffffffffffff83165f8181526016602052604090819020839055517f2073434499ae1a0aa4ad95f3e2b95b9eaa222c89410fee7fef5c6caa5f0310d490610ccb9084815260200190565b60405180910390a2505050565b67ffffffffffffffff82165f9081526017602090815260408083206001600160a01b03851684529091529020545b92915050565b610d14612221565b610d1c612256565b505f5f610d27612636565b915091505f610d378989896126d8565b9050805f03610d7d576040517f64ab34660000000000000000000000000000000000000000000000000000000081526001600160a01b038a16600482015260240161095d565b6040517f695b7f230000000000000000000000000000000000000000000000000000000081526001600160a01b038a811660048301525f917f00000000000000000000000000000000000000000000000000000000000000009091169063695b7f2390602401602060405180830381865afa158015610dfe573d5f5f3e3d5ffd5b505050506040513d601f19601f82011682018060405250810190610e229190615148565b90506001600160a01b038116610e6f576040517f9ae69fbe0000000000000000000000000000000000000000000000000000000081526001600160a01b038b16600482015260240161095d565b610e7f84848c8c8c8c8c8c61277b565b610e8a8a828461293a565b610e9483836129dc565b610e9e8183612a53565b50505050610eaa612ae5565b505050505050565b6040517fdd4bc1010000000000000000000000000000000000000000000000000000000081523360048201527f00000000000000000000000000000000000000000000000000000000000000006001600160a01b03169063dd4bc10190602401602060405180830381865afa158015610f2d573d5f5f3e3d5ffd5b505050506040513d601f19601f82011682018060405250810190610f519190615163565b5f03610f8b576040517fd118b63600000000000000000000000000000000000000000000000000000000815233600482015260240161095d565b60035465ffffffffffff1667ffffffffffffffff83161015610fe5576040517f15cdce1200000000000000000000000000000000000000000000000000000000815267ffffffffffffffff8316600482015260240161095d565b67ffffffffffffffff82165f8181526017602090815260408083203380855290835292819020859055518481529192917f6b414681f99b70fb5deb66c2d8d04ae5066e7fd7f152d86bc705097955c82b13910160405180910390a35050565b5f61104d611734565b90508067ffffffffffffffff168267ffffffffffffffff16146110b0576040517f26096c3700000000000000000000000000000000000000000000000000000000815267ffffffffffffffff80841660048301528216602482015260440161095d565b60035465ffffffffffff1667ffffffffffffffff8316101561110a576040517f15cdce1200000000000000000000000000000000000000000000000000000000815267ffffffffffffffff8316600482015260240161095d565b61112761112267ffffffffffffffff84166001615135565b612b0f565b600380547fffffffffffffffffffffffffffffffffffffffffffffffffffff0000000000001665ffffffffffff929092169190911790555f6111937f000000000000000000000000000000000000000000000000000000000000000067ffffffffffffffff1643615135565b67ffffffffffffffff84165f818152601560205260409081902083905551919250907f1c478cc1b1a8040d1c492756046f0895bfc6bef51a9c0946c63c5a23ba4b21e890610ccb9084815260200190565b600480546001600160a01b0316331461122b576040517fa252c15100000000000000000000000000000000000000000000000000000000815233600482015260240161095d565b805474010000000000000000000000000000000000000000900467ffffffffffffffff1642106112ad5780546040517f7d47bb350000000000000000000000000000000000000000000000000000000081527401000000000000000000000000000000000000000090910467ffffffffffffffff16600482015260240161095d565b6112b6426121a7565b81547fffffffff0000000000000000ffffffffffffffffffffffffffffffffffffffff167401000000000000000000000000000000000000000067ffffffffffffffff92831681029190911780845560405191900490911681527fdb6a871e0ca1412b5a476ec1e7ec005fc584d1afa9bef37a3c64129332bb449b9060200160405180910390a150565b611348612221565b611350612256565b611386576040517f896187de00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b61138e612ae5565b565b6113b160405180606001604052805f81526020015f81526020015f81525090565b6040805160a08101825260035465ffffffffffff808216835266010000000000008204811660208401526c0100000000000000000000000082048116938301849052720100000000000000000000000000000000000082048116606084015278010000000000000000000000000000000000000000000000009091041660808201525f918203611443575090915f9150565b806060015165ffffffffffff16816040015165ffffffffffff1614806114755750806080015165ffffffffffff164210155b9150600b60036001836040015165ffffffffffff16611494919061517a565b61149e91906151ba565b600381106114ae576114ae6151cd565b6040805160608101825260039290920292909201805482526001810154602083015260020154918101919091529391925050565b6114ea612221565b6114f2612256565b505f5f6114fd612636565b90925090505f8080805b868110156116fd5736888883818110611522576115226151cd565b905060200281019061153491906151fa565b90505f61156c6115476020840184614edf565b6115576040850160208601615236565b6115676060860160408701615236565b6126d8565b9050805f0361157c5750506116f5565b5f6001600160a01b037f00000000000000000000000000000000000000000000000000000000000000001663695b7f236115b96020860186614edf565b6040517fffffffff0000000000000000000000000000000000000000000000000000000060e084901b1681526001600160a01b039091166004820152602401602060405180830381865afa158015611613573d5f5f3e3d5ffd5b505050506040513d601f19601f820116820180604052508101906116379190615148565b90506001600160a01b03811661164f575050506116f5565b61169889896116616020870187614edf565b6116716040880160208901615236565b6116816060890160408a01615236565b606089013561169360808b018b61524f565b61277b565b6116af6116a86020850185614edf565b828461293a565b846001600160a01b0316816001600160a01b0316146116d9576116d28587612a53565b5f95509350835b6116e38683612b5a565b95506116ef8783612b5a565b96505050505b600101611507565b5061170884846129dc565b6117128183612a53565b505050505061171f612ae5565b5050565b61172b612be1565b61138e5f612c26565b5f7f000000000000000000000000000000000000000000000000000000000000000067ffffffffffffffff164210156117c5576040517f1e32291900000000000000000000000000000000000000000000000000000000815267ffffffffffffffff7f000000000000000000000000000000000000000000000000000000000000000016600482015260240161095d565b7f000000000000000000000000000000000000000000000000000000000000000067ffffffffffffffff167f000000000000000000000000000000000000000000000000000000000000000067ffffffffffffffff1642611826919061517a565b61183091906152b3565b905090565b5f6060805f5f5f6060611846612c8d565b61184e612cb8565b604080515f808252602082019092527f0f000000000000000000000000000000000000000000000000000000000000009b939a50919850469750309650945092509050565b6040805160e0810182526005805461ffff80821684526201000082048116602085015264010000000082048116848601526601000000000000820416606084015268010000000000000000810463ffffffff166080808501919091526c010000000000000000000000009091046bffffffffffffffffffffffff1660a08401528351908101938490525f938493929160c08401916006906004908288855b82829054906101000a900461ffff1661ffff1681526020019060020190602082600101049283019260010382029150808411611931579050505050505081525050905061197d81612ce3565b91505090565b61198b612be1565b600480547fffffffffffffffffffffffff0000000000000000000000000000000000000000166001600160a01b0383169081179091556040517fe6c09ffe4572dc9ceaa5ddde4ae41befa655d6fdfe8052077af0970f700e942e905f90a250565b5f610d066119f983612d12565b612d46565b611a06612221565b60045474010000000000000000000000000000000000000000900467ffffffffffffffff16421015611a8e57600480546040517f0e601c6c0000000000000000000000000000000000000000000000000000000081527401000000000000000000000000000000000000000090910467ffffffffffffffff169181019190915260240161095d565b611a96612256565b50611aa5888888888888612d8d565b5f611aaf89612d12565b90505f611ac5611abe83612d46565b8585612f80565b9050611ad18a88613184565b611adb8a83613401565b817fcfd800f897a92ec2f1611ecc6a9c4626f65abdd7a8fbb714430af779769836068288888b604051611b11949392919061537f565b60405180910390a26040517f6b9c75c00000000000000000000000000000000000000000000000000000000081525f906001600160a01b037f00000000000000000000000000000000000000000000000000000000000000001690636b9c75c090611b82908d908d906004016153b8565b6020604051808303815f875af1158015611b9e573d5f5f3e3d5ffd5b505050506040513d601f19601f82011682018060405250810190611bc29190615163565b90508a60c001358114611c0e576040517f320f0b740000000000000000000000000000000000000000000000000000000081526004810182905260c08c0135602482015260440161095d565b505050611c19612ae5565b5050505050505050565b611c4460405180606001604052805f81526020015f81526020015f81525090565b611c6560405180606001604052805f81526020015f81526020015f81525090565b6040805160a08101825260035465ffffffffffff808216835266010000000000008204811660208401526c010000000000000000000000008204811693830193909352720100000000000000000000000000000000000081048316606083015278010000000000000000000000000000000000000000000000009004909116608082018190525f90421015611cfe578160600151611d04565b81604001515b65ffffffffffff16905060018110611d6e57600b6003611d2560018461517a565b611d2f91906151ba565b60038110611d3f57611d3f6151cd565b600302016040518060600160405290815f82015481526020016001820154815260200160028201548152505093505b60028110611dce57600b6003611d8560028461517a565b611d8f91906151ba565b60038110611d9f57611d9f6151cd565b600302016040518060600160405290815f82015481526020016001820154815260200160028201548152505092505b50509091565b611ddc612be1565b5f611dec368390038301836154d5565b9050611e218163ffffffff7f000000000000000000000000000000000000000000000000000000000000000081169061383916565b805160058054602084015160408501516060860151608087015160a08801516bffffffffffffffffffffffff166c01000000000000000000000000027fffffffffffffffff000000000000000000000000ffffffffffffffffffffffff63ffffffff9092166801000000000000000002919091167fffffffffffffffff00000000000000000000000000000000ffffffffffffffff61ffff9384166601000000000000027fffffffffffffffffffffffffffffffffffffffffffffffff0000ffffffffffff95851664010000000002959095167fffffffffffffffffffffffffffffffffffffffffffffffff00000000ffffffff96851662010000027fffffffffffffffffffffffffffffffffffffffffffffffffffffffff00000000909816949099169390931795909517939093169590951717939093161791909117815560c0820151829190611f77906006906004614ad3565b50905050611f8481612ce3565b7f122a52b035c74ec9cb7f3524cee7b57ed2212c39ee95279d565ae9943fc2b3be82604051611fb3919061506e565b60405180910390a25050565b611fc7614b64565b6040805160e0810182526005805461ffff80821684526201000082048116602085015264010000000082048116848601526601000000000000820416606084015268010000000000000000810463ffffffff166080808501919091526c010000000000000000000000009091046bffffffffffffffffffffffff1660a08401528351908101938490529192909160c0840191600690600490825f855b82829054906101000a900461ffff1661ffff1681526020019060020190602082600101049283019260010382029150808411612063579050505050505081525050905090565b6120b1612221565b8060095f8282546120c29190615135565b909155505060095460405133917ffe87bb86cb697f366b273d1601273d9cedd1982d33ac1417557cb9ddf6cf61369161210391858252602082015260400190565b60405180910390a26121406001600160a01b037f000000000000000000000000000000000000000000000000000000000000000016333084613a51565b612148612ae5565b50565b612153612be1565b6001600160a01b038116612195576040517f1e4fbdf70000000000000000000000000000000000000000000000000000000081525f600482015260240161095d565b61214881612c26565b5f611830613aa0565b5f67ffffffffffffffff8211156121f657604080517f6dfcc65000000000000000000000000000000000000000000000000000000000815260048101919091526024810183905260440161095d565b5090565b5f4382810361010181106122165761221184613bc9565b612219565b83405b949350505050565b612229613bf6565b61138e60017f9b779b17422d0df92223018b32b4d1fa46e071723d6817e2486d003becc55f005b90613c4f565b6040805160a08101825260035465ffffffffffff808216835266010000000000008204811660208401526c01000000000000000000000000820481169383018490527201000000000000000000000000000000000000820481166060840181905278010000000000000000000000000000000000000000000000009092041660808301525f9214806122f35750806080015165ffffffffffff1642105b156122ff575f91505090565b6040818101805165ffffffffffff9081166060850181905284516003805460208089015160808a01519487167fffffffffffffffffffffffffffffffffffffffff00000000000000000000000090931692909217660100000000000092871692909202919091177fffffffffffffffff000000000000000000000000ffffffffffffffffffffffff166c0100000000000000000000000085027fffffffffffffffff000000000000ffffffffffffffffffffffffffffffffffff16177201000000000000000000000000000000000000909402939093177fffff000000000000ffffffffffffffffffffffffffffffffffffffffffffffff1678010000000000000000000000000000000000000000000000009285169290920291909117815584518086019095526007546fffffffffffffffffffffffffffffffff8082168752700100000000000000000000000000000000909104169185019190915291515f92600b929091612473916001911661517a565b61247d91906151ba565b6003811061248d5761248d6151cd565b600302019050805f01547f230b9b097f8a994d196928e9415d459e7db73b4d460e3099875a459db35252e6826001015483600201546040516124d9929190918252602082015260400190565b60405180910390a260208201516fffffffffffffffffffffffffffffffff16156125a95760208201516040517f40c10f190000000000000000000000000000000000000000000000000000000081523060048201526fffffffffffffffffffffffffffffffff90911660248201527f00000000000000000000000000000000000000000000000000000000000000006001600160a01b0316906340c10f19906044015f604051808303815f87803b158015612592575f5ffd5b505af11580156125a4573d5f5f3e3d5ffd5b505050505b81516fffffffffffffffffffffffffffffffff161561262c57815161262c906001600160a01b037f000000000000000000000000000000000000000000000000000000000000000016907f0000000000000000000000000000000000000000000000000000000000000000906fffffffffffffffffffffffffffffffff16613c56565b6001935050505090565b6003545f9081907201000000000000000000000000000000000000900465ffffffffffff16808203612694576040517f14567ff400000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b5f600b60036126a460018561517a565b6126ae91906151ba565b600381106126be576126be6151cd565b600302019050806001015481600201549350935050509091565b6001600160a01b0383165f90815260146020526040812054608081901c6fffffffffffffffffffffffffffffffff8083169061276e908716831061271c575f612732565b82876fffffffffffffffffffffffffffffffff16035b82876fffffffffffffffffffffffffffffffff16116127515760801b90565b60801b6fffffffffffffffffffffffffffffffff87168390031790565b93505050505b9392505050565b6040805160016020808301919091526001600160a01b038916828401526fffffffffffffffffffffffffffffffff808916606084015287166080808401919091528351808403909101815260a090920190925280519101205f90819061281e907fffffffffffffffffffffffffffffffff0000000000000000000000000000000060808a901b166fffffffffffffffffffffffffffffffff891617878787613ca9565b91509150898214801561283057508881145b1561283c575050611c19565b6003547201000000000000000000000000000000000000900465ffffffffffff1660028110156128a3576040517ff9caff350000000000000000000000000000000000000000000000000000000081526001600160a01b038a16600482015260240161095d565b5f600b60036128b360028561517a565b6128bd91906151ba565b600381106128cd576128cd6151cd565b6003020190508060010154841415806128ea575080600201548314155b1561292c576040517ff9caff350000000000000000000000000000000000000000000000000000000081526001600160a01b038b16600482015260240161095d565b505050505050505050505050565b6001600160a01b0383165f9081526014602052604090205461295c9082612b5a565b6001600160a01b038085165f818152601460205260409081902093909355915190841691907fe6aaaaf06c76218483e7dea49b5101c561f6395438de54864693ccf051e7f47c906129cf90608086901c906fffffffffffffffffffffffffffffffff871690918252602082015260400190565b60405180910390a3505050565b5f6129e9600a5483612b5a565b9050608083901c608082901c1180612a1557506fffffffffffffffffffffffffffffffff838116908216115b15612a4c576040517fd1a0485500000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b600a555050565b608081901c6fffffffffffffffffffffffffffffffff82168115612aa557612aa56001600160a01b037f0000000000000000000000000000000000000000000000000000000000000000168584613c56565b8015612adf57612adf6001600160a01b037f0000000000000000000000000000000000000000000000000000000000000000168583613c56565b50505050565b61138e5f7f9b779b17422d0df92223018b32b4d1fa46e071723d6817e2486d003becc55f00612250565b5f65ffffffffffff8211156121f6576040517f6dfcc650000000000000000000000000000000000000000000000000000000008152603060048201526024810183905260440161095d565b5f6fffffffffffffffffffffffffffffffff612b7a838216858316615135565b1180612ba557506fffffffffffffffffffffffffffffffff612ba3608084811c9086901c615135565b115b15612bdc576040517f2aac526900000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b500190565b5f546001600160a01b0316331461138e576040517f118cdaa700000000000000000000000000000000000000000000000000000000815233600482015260240161095d565b5f80546001600160a01b038381167fffffffffffffffffffffffff0000000000000000000000000000000000000000831681178455604051919092169283917f8be0079c531659141344cd1fd0a4f28419497f9722a3daafe3b4186f6b6457e09190a35050565b60606118307f0000000000000000000000000000000000000000000000000000000000000000613e41565b60606118307f0000000000000000000000000000000000000000000000000000000000000000613e41565b5f81604051602001612cf5919061506e565b604051602081830303815290604052805190602001209050919050565b5f7fe7f25cdfe4cbf6bfa03e0b5230c0cc65c09caa872bf2e0ba798769af50c6f4cf82604051602001612cf592919061568b565b5f610d06612d52613aa0565b836040517f19010000000000000000000000000000000000000000000000000000000000008152600281019290925260228201526042902090565b60015b81811015612e16578282612da560018461517a565b818110612db457612db46151cd565b90506020020135838383818110612dcd57612dcd6151cd565b9050602002013511612e0e576040517f886564f80000000000000000000000000000000000000000000000000000000081526004810182905260240161095d565b600101612d90565b505f8282604051602001612e2b9291906156a0565b60405160208183030381529060405280519060200120905080876080013514612e8d576040517f8ad272b9000000000000000000000000000000000000000000000000000000008152608088013560048201526024810182905260440161095d565b8585604051602001612ea09291906153b8565b604051602081830303815290604052805190602001209050808760a0013514612f02576040517f259b6aab00000000000000000000000000000000000000000000000000000000815260a088013560048201526024810182905260440161095d565b83604051602001612f1391906156b3565b6040516020818303038152906040528051906020012090508087610140013514612f77576040517f342929d500000000000000000000000000000000000000000000000000000000815261014088013560048201526024810182905260440161095d565b50505050505050565b60608167ffffffffffffffff811115612f9b57612f9b6152c6565b604051908082528060200260200182016040528015612fc4578160200160208202803683370190505b5090505f805b83811015613087575f61300087878785818110612fe957612fe96151cd565b9050602002810190612ffb91906156c2565b613e7e565b9050826001600160a01b0316816001600160a01b031611613050576040517f590a84f70000000000000000000000000000000000000000000000000000000081526004810183905260240161095d565b80925082848381518110613066576130666151cd565b6001600160a01b039092166020928302919091019091015250600101612fca565b505f5f7f00000000000000000000000000000000000000000000000000000000000000006001600160a01b031663f767b4da856040518263ffffffff1660e01b81526004016130d69190615723565b6040805180830381865afa1580156130f0573d5f5f3e3d5ffd5b505050506040513d601f19601f820116820180604052508101906131149190615735565b91509150805f1480613139575061312c816002615757565b613137836003615757565b105b1561317a576040517f6a215984000000000000000000000000000000000000000000000000000000008152600481018390526024810182905260440161095d565b5050509392505050565b6040805160a08101825260035465ffffffffffff808216835266010000000000008204811660208401526c01000000000000000000000000820481169383018490527201000000000000000000000000000000000000820481166060840181905278010000000000000000000000000000000000000000000000009092041660808301529091146132515760808101516040517fbb7552a400000000000000000000000000000000000000000000000000000000815265ffffffffffff909116600482015260240161095d565b61327260405180606001604052805f81526020015f81526020015f81525090565b604082015165ffffffffffff16156132ea57600b60036001846040015165ffffffffffff166132a1919061517a565b6132ab91906151ba565b600381106132bb576132bb6151cd565b600302016040518060600160405290815f82015481526020016001820154815260200160028201548152505090505b6040805160e0810182526005805461ffff80821684526201000082048116602085015264010000000082048116848601526601000000000000820416606084015268010000000000000000810463ffffffff166080808501919091526c010000000000000000000000009091046bffffffffffffffffffffffff1660a08401528351908101938490525f9360c0840191906006906004908288855b82829054906101000a900461ffff1661ffff168152602001906002019060208260010104928301926001038202915080841161338557905050505050508152505090506133d78584845f015184613ea8565b6133e1858261419b565b6133ec8585836142e9565b6133fa8583604001516145d5565b5050505050565b6040805160a08101825260035465ffffffffffff808216835266010000000000008204811660208401526c01000000000000000000000000820481169383019390935272010000000000000000000000000000000000008104831660608301527801000000000000000000000000000000000000000000000000900490911660808201525f6134bd61112267ffffffffffffffff7f00000000000000000000000000000000000000000000000000000000000000001642615135565b90505f600b6003846040015165ffffffffffff166134db91906151ba565b600381106134eb576134eb6151cd565b600302018481556102608601356001820155610280860135600282015590506135186101c08601356146c0565b600880547fffffffffffffffffffffffffffffffff00000000000000000000000000000000166fffffffffffffffffffffffffffffffff929092169190911790556135676101808601356146c0565b6008805460109061359f90849070010000000000000000000000000000000090046fffffffffffffffffffffffffffffffff1661576e565b92506101000a8154816fffffffffffffffffffffffffffffffff02191690836fffffffffffffffffffffffffffffffff160217905550846101a001355f146135fd57846101a0013560095f8282546135f7919061517a565b90915550505b60405180604001604052806136168761012001356146c0565b6fffffffffffffffffffffffffffffffff16815260200161363b8761018001356146c0565b6fffffffffffffffffffffffffffffffff908116909152815160209283015182167001000000000000000000000000000000000291161760075561369a9061368590870187614bf4565b6111229067ffffffffffffffff166001615135565b65ffffffffffff166020840152604083018051600191906136bc908390615796565b65ffffffffffff908116909152838116608086018190528551600380546020808a015160408b015160608c015178010000000000000000000000000000000000000000000000009097027fffff000000000000ffffffffffffffffffffffffffffffffffffffffffffffff9789167201000000000000000000000000000000000000027fffffffffffffffff000000000000ffffffffffffffffffffffffffffffffffff928a166c0100000000000000000000000002929092167fffffffffffffffff000000000000000000000000ffffffffffffffffffffffff938a166601000000000000027fffffffffffffffffffffffffffffffffffffffff000000000000000000000000909616979099169690961793909317169590951717929092161790558591506137ef90870187614bf4565b67ffffffffffffffff167f5e4edd7db2d57383222f51cdae6917cc99bb385196506e74ace24cbf1d77e244848860405161382a9291906157b4565b60405180910390a35050505050565b5f826060015161ffff16836040015161ffff16846020015161ffff16855f015161ffff166138679190615135565b6138719190615135565b61387b9190615135565b905061271081146138bb576040517f94e599f20000000000000000000000000000000000000000000000000000000081526004810182905260240161095d565b6064836060015161ffff16101561390a5760608301516040517f92e9b0c800000000000000000000000000000000000000000000000000000000815261ffff909116600482015260240161095d565b6103e8836040015161ffff16111561395a5760408084015190517f3d95061f00000000000000000000000000000000000000000000000000000000815261ffff909116600482015260240161095d565b60c083015160608101516040820151602083015192515f9361ffff938416939283169261398b929181169116615135565b6139959190615135565b61399f9190615135565b90506127108111156139e0576040517f8a3c59770000000000000000000000000000000000000000000000000000000081526004810182905260240161095d565b82846080015163ffffffff161180613a055750633b9aca00846080015163ffffffff16115b15612adf5760808401516040517fed20b4a500000000000000000000000000000000000000000000000000000000815263ffffffff90911660048201526024810184905260440161095d565b613a5f848484846001614715565b612adf576040517f5274afe70000000000000000000000000000000000000000000000000000000081526001600160a01b038516600482015260240161095d565b5f306001600160a01b037f000000000000000000000000000000000000000000000000000000000000000016148015613af857507f000000000000000000000000000000000000000000000000000000000000000046145b15613b2257507f000000000000000000000000000000000000000000000000000000000000000090565b611830604080517f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f60208201527f0000000000000000000000000000000000000000000000000000000000000000918101919091527f000000000000000000000000000000000000000000000000000000000000000060608201524660808201523060a08201525f9060c00160405160208183030381529060405280519060200120905090565b5f815f525f60205260208060205f71f90827f1c53a10cb7a02335b1753200029355afa5050602051919050565b7f9b779b17422d0df92223018b32b4d1fa46e071723d6817e2486d003becc55f005c1561138e576040517f3ee5aeb500000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b80825d5050565b613c63838383600161479b565b613ca4576040517f5274afe70000000000000000000000000000000000000000000000000000000081526001600160a01b038416600482015260240161095d565b505050565b5f80826020811115613cea576040517f6bd6b3fd0000000000000000000000000000000000000000000000000000000081526004810182905260240161095d565b85811c15613d2e576040517fb0a9aa6b000000000000000000000000000000000000000000000000000000008152600481018790526024810182905260440161095d565b6040518893508792506fffffffffffffffffffffffffffffffff831690608084901c9087600685901b81015b80821015613dcc57602082013560018c1660061b898186015288816020870101528335816040870103528181606087010352506080842098506fffffffffffffffffffffffffffffffff8116860195508060801c8501945050848460801b0196508a60011c9a50604082019150613d5a565b50506fffffffffffffffffffffffffffffffff8311905080613dfd57506fffffffffffffffffffffffffffffffff81115b15613e34576040517f2aac526900000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b5050509550959350505050565b60605f613e4d83614816565b6040805160208082528183019092529192505f91906020820181803683375050509182525060208101929092525090565b5f5f5f5f613e8d878787614856565b925092509250613e9d828261489d565b509095945050505050565b60208084015165ffffffffffff1690613ec390860186614bf4565b67ffffffffffffffff161015613f3157613ee06020850185614bf4565b60208401516040517ff18fcfd200000000000000000000000000000000000000000000000000000000815267ffffffffffffffff909216600483015265ffffffffffff16602482015260440161095d565b67ffffffffffffffff7f000000000000000000000000000000000000000000000000000000000000000016613f696020860186614bf4565b613f7e9067ffffffffffffffff166001615135565b613f889190615757565b613fbc9067ffffffffffffffff7f000000000000000000000000000000000000000000000000000000000000000016615135565b42101561400f57613fd06020850185614bf4565b6040517f5dd3469000000000000000000000000000000000000000000000000000000000815267ffffffffffffffff909116600482015260240161095d565b60165f61401f6020870187614bf4565b67ffffffffffffffff1681526020019081526020015f20545f5f1b0361408b5761404c6020850185614bf4565b6040517f0172d15900000000000000000000000000000000000000000000000000000000815267ffffffffffffffff909116600482015260240161095d565b818460200135146140d5576040517fdec38460000000000000000000000000000000000000000000000000000000008152602085013560048201526024810183905260440161095d565b5f6140df82612ce3565b90508085604001351461412b57604080517ffd7b7f8d0000000000000000000000000000000000000000000000000000000081529086013560048201526024810182905260440161095d565b4361413c6080870160608801614bf4565b67ffffffffffffffff1611156133fa5761415c6080860160608701614bf4565b6040517f8b8ce2c600000000000000000000000000000000000000000000000000000000815267ffffffffffffffff909116600482015260240161095d565b5f6141af61010084013560e0850135615135565b905060c08301356141c561012085013583615135565b146142195760c08301356141de61012085013583615135565b6040517f3127dac90000000000000000000000000000000000000000000000000000000081526004810192909252602482015260440161095d565b5f6142308460c00135846060015161ffff166149a0565b61423e9060c086013561517a565b905080821115614284576040517fb7d2cdfd000000000000000000000000000000000000000000000000000000008152600481018390526024810182905260440161095d565b61429a8460c00135846040015161ffff166149cf565b9050808461010001351115612adf576040517f950d885300000000000000000000000000000000000000000000000000000000815261010085013560048201526024810182905260440161095d565b60085460808201516fffffffffffffffffffffffffffffffff909116905f9061431990839063ffffffff166149dd565b90505f805b60048110156143f7575f614350848760c001518460048110614342576143426151cd565b602002015161ffff166149cf565b905080878360048110614365576143656151cd565b602002013511156143ca5781878360048110614383576143836151cd565b6040517f310473500000000000000000000000000000000000000000000000000000000081526004810193909352602002013560248201526044810182905260640161095d565b8682600481106143dc576143dc6151cd565b6020020135836143ec9190615135565b92505060010161431e565b508561016001358114614444576040517ffc325b0500000000000000000000000000000000000000000000000000000000815260048101829052610160870135602482015260440161095d565b61444e818461517a565b866101c00135146144a4576101c0860135614469828561517a565b6040517f4649f6110000000000000000000000000000000000000000000000000000000081526004810192909252602482015260440161095d565b6008545f906144df906101808901359070010000000000000000000000000000000090046fffffffffffffffffffffffffffffffff16615135565b90505f6144fd6101c08901356b019d971e4fe8401e7400000061517a565b905080821115614543576040517fcf34bcad000000000000000000000000000000000000000000000000000000008152600481018390526024810182905260440161095d565b5f6009548760a001516bffffffffffffffffffffffff16106145675760095461457b565b8660a001516bffffffffffffffffffffffff165b905080896101a0013511156145ca576040517f648c60020000000000000000000000000000000000000000000000000000000081526101a08a013560048201526024810182905260440161095d565b505050505050505050565b5f6101008301356145ee60e0850135608085901c615135565b6145f89190615135565b90505f6101a08401356146226101808601356fffffffffffffffffffffffffffffffff8616615135565b61462c9190615135565b90505f61467261463b846146c0565b6fffffffffffffffffffffffffffffffff16614656846146c0565b6fffffffffffffffffffffffffffffffff1660809190911b1790565b905080856102800135146133fa576040517fbcb3437200000000000000000000000000000000000000000000000000000000815261028086013560048201526024810182905260440161095d565b5f6fffffffffffffffffffffffffffffffff8211156121f6576040517f6dfcc650000000000000000000000000000000000000000000000000000000008152608060048201526024810183905260440161095d565b6040517f23b872dd000000000000000000000000000000000000000000000000000000005f8181526001600160a01b038781166004528616602452604485905291602083606481808c5af1925060015f5114831661478a57838315161561477e573d5f823e3d81fd5b5f883b113d1516831692505b604052505f60605295945050505050565b6040517fa9059cbb000000000000000000000000000000000000000000000000000000005f8181526001600160a01b038616600452602485905291602083604481808b5af1925060015f5114831661480a5783831516156147fe573d5f823e3d81fd5b5f873b113d1516831692505b60405250949350505050565b5f60ff8216601f811115610d06576040517fb3512b0c00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b5f8080604184900361488a578435602086013560408701355f1a61487c898285856149ed565b955095509550505050614894565b505f915060029050825b93509350939050565b5f8260038111156148b0576148b06157d1565b036148b9575050565b60018260038111156148cd576148cd6157d1565b03614904576040517ff645eedf00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b6002826003811115614918576149186157d1565b03614952576040517ffce698f70000000000000000000000000000000000000000000000000000000081526004810182905260240161095d565b6003826003811115614966576149666157d1565b0361171f576040517fd78bce0c0000000000000000000000000000000000000000000000000000000081526004810182905260240161095d565b5f6127106001816149b18587615757565b6149bb9190615135565b6149c5919061517a565b61277491906152b3565b5f6127106149c58385615757565b5f633b9aca006149c58385615757565b5f80807f7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0841115614a2657505f91506003905082614ac9565b604080515f808252602082018084528a905260ff891692820192909252606081018790526080810186905260019060a0016020604051602081039080840390855afa158015614a77573d5f5f3e3d5ffd5b50506040517fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe001519150506001600160a01b038116614ac057505f925060019150829050614ac9565b92505f91508190505b9450945094915050565b600183019183908215614b58579160200282015f5b83821115614b2857835183826101000a81548161ffff021916908361ffff1602179055509260200192600201602081600101049283019260010302614ae8565b8015614b565782816101000a81549061ffff0219169055600201602081600101049283019260010302614b28565b505b506121f6929150614ba6565b6040805160e0810182525f80825260208201819052918101829052606081018290526080810182905260a081019190915260c08101614ba1614bba565b905290565b5b808211156121f6575f8155600101614ba7565b60405180608001604052806004906020820280368337509192915050565b803567ffffffffffffffff81168114614bef575f5ffd5b919050565b5f60208284031215614c04575f5ffd5b61277482614bd8565b6001600160a01b0381168114612148575f5ffd5b5f5f60408385031215614c32575f5ffd5b614c3b83614bd8565b91506020830135614c4b81614c0d565b809150509250929050565b80356fffffffffffffffffffffffffffffffff81168114614bef575f5ffd5b5f5f83601f840112614c85575f5ffd5b50813567ffffffffffffffff811115614c9c575f5ffd5b6020830191508360208260061b8501011115614cb6575f5ffd5b9250929050565b5f5f5f5f5f5f60a08789031215614cd2575f5ffd5b8635614cdd81614c0d565b9550614ceb60208801614c56565b9450614cf960408801614c56565b935060608701359250608087013567ffffffffffffffff811115614d1b575f5ffd5b614d2789828a01614c75565b979a9699509497509295939492505050565b5f5f60408385031215614d4a575f5ffd5b614d5383614bd8565b946020939093013593505050565b5f5f83601f840112614d71575f5ffd5b50813567ffffffffffffffff811115614d88575f5ffd5b6020830191508360208260051b8501011115614cb6575f5ffd5b5f5f60208385031215614db3575f5ffd5b823567ffffffffffffffff811115614dc9575f5ffd5b614dd585828601614d61565b90969095509350505050565b5f81518084528060208401602086015e5f6020828601015260207fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0601f83011685010191505092915050565b7fff000000000000000000000000000000000000000000000000000000000000008816815260e060208201525f614e6760e0830189614de1565b8281036040840152614e798189614de1565b606084018890526001600160a01b038716608085015260a0840186905283810360c0850152845180825260208087019350909101905f5b81811015614ece578351835260209384019390920191600101614eb0565b50909b9a5050505050505050505050565b5f60208284031215614eef575f5ffd5b813561277481614c0d565b5f6102e08284031215614f0b575f5ffd5b50919050565b5f6102e08284031215614f22575f5ffd5b6127748383614efa565b5f5f5f5f5f5f5f5f6103c0898b031215614f44575f5ffd5b614f4e8a8a614efa565b97506102e089013567ffffffffffffffff811115614f6a575f5ffd5b614f768b828c01614c75565b90985096505061038089018a811115614f8d575f5ffd5b6103008a0195503567ffffffffffffffff811115614fa9575f5ffd5b614fb58b828c01614d61565b9095509350506103a089013567ffffffffffffffff811115614fd5575f5ffd5b614fe18b828c01614d61565b999c989b5096995094979396929594505050565b8251815260208084015181830152604080850151818401528351606084015290830151608083015282015160a082015260c08101612774565b5f610140828403128015615040575f5ffd5b509092915050565b805f5b6004811015612adf57815161ffff1684526020938401939091019060010161504b565b5f6101408201905061ffff835116825261ffff602084015116602083015261ffff604084015116604083015261ffff606084015116606083015263ffffffff608084015116608083015260a08301516150d760a08401826bffffffffffffffffffffffff169052565b5060c08301516150ea60c0840182615048565b5092915050565b5f60208284031215615101575f5ffd5b5035919050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b80820180821115610d0657610d06615108565b5f60208284031215615158575f5ffd5b815161277481614c0d565b5f60208284031215615173575f5ffd5b5051919050565b81810381811115610d0657610d06615108565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601260045260245ffd5b5f826151c8576151c861518d565b500690565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52603260045260245ffd5b5f82357fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff6183360301811261522c575f5ffd5b9190910192915050565b5f60208284031215615246575f5ffd5b61277482614c56565b5f5f83357fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe1843603018112615282575f5ffd5b83018035915067ffffffffffffffff82111561529c575f5ffd5b6020019150600681901b3603821315614cb6575f5ffd5b5f826152c1576152c161518d565b500490565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b5f8151808452602084019350602083015f5b8281101561532c5781516001600160a01b0316865260209586019590910190600101615305565b5093949350505050565b8183525f7f07ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff831115615366575f5ffd5b8260051b80836020870137939093016020019392505050565b60c081525f61539160c08301876152f3565b82810360208401526153a4818688615336565b915050608083604084013795945050505050565b602080825281018290525f8360408301825b858110156154045782356153dd81614c0d565b6001600160a01b0316825260208381013590830152604092830192909101906001016153ca565b5095945050505050565b60405160e0810167ffffffffffffffff81118282101715615431576154316152c6565b60405290565b803561ffff81168114614bef575f5ffd5b80356bffffffffffffffffffffffff81168114614bef575f5ffd5b5f82601f830112615472575f5ffd5b6040516080810167ffffffffffffffff81118282101715615495576154956152c6565b6040528060808401858111156154a9575f5ffd5b845b818110156154ca576154bc81615437565b8352602092830192016154ab565b509195945050505050565b5f6101408284031280156154e7575f5ffd5b506154f061540e565b6154f983615437565b815261550760208401615437565b602082015261551860408401615437565b604082015261552960608401615437565b6060820152608083013563ffffffff81168114615544575f5ffd5b608082015261555560a08401615448565b60a08201526155678460c08501615463565b60c08201529392505050565b61558e8261558083614bd8565b67ffffffffffffffff169052565b60208181013590830152604080820135908301526155ae60608201614bd8565b67ffffffffffffffff1660608301526080818101359083015260a0808201359083015260c0808201359083015260e08082013590830152610100808201359083015261012080820135908301526101408082013590830152610160808201359083015261018080820135908301526101a080820135908301526101c080820135908301526101e08082013590830152610200808201359083015261022080820135908301526102408082013590830152610260808201359083015261028080820135908301526102a080820135908301526102c090810135910152565b82815261030081016127746020830184615573565b602081525f612219602083018486615336565b60808181019083833792915050565b5f5f83357fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe18436030181126156f5575f5ffd5b83018035915067ffffffffffffffff82111561570f575f5ffd5b602001915036819003821315614cb6575f5ffd5b602081525f61277460208301846152f3565b5f5f60408385031215615746575f5ffd5b505080516020909101519092909150565b8082028115828204841417610d0657610d06615108565b6fffffffffffffffffffffffffffffffff8181168382160190811115610d0657610d06615108565b65ffffffffffff8181168382160190811115610d0657610d06615108565b65ffffffffffff8316815261030081016127746020830184615573565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52602160045260245ffd" as const;
