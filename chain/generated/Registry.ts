// Generated from contracts/src/Registry.sol by tools/contracts.ts. Do not edit.
export const registryAbi = [
  {
    "type": "constructor",
    "inputs": [
      {
        "name": "owner_",
        "type": "address",
        "internalType": "address"
      }
    ],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "CLAIM_OWNER_TYPEHASH",
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
    "name": "MAX_ENDPOINT_BYTES",
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
    "name": "REGISTER_DEVICE_TYPEHASH",
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
    "name": "TICKET_TYPEHASH",
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
    "name": "claimOwner",
    "inputs": [
      {
        "name": "device_",
        "type": "address",
        "internalType": "address"
      },
      {
        "name": "owner_",
        "type": "address",
        "internalType": "address"
      },
      {
        "name": "nonce",
        "type": "uint64",
        "internalType": "uint64"
      },
      {
        "name": "r",
        "type": "bytes32",
        "internalType": "bytes32"
      },
      {
        "name": "s",
        "type": "bytes32",
        "internalType": "bytes32"
      },
      {
        "name": "ownerSignature",
        "type": "bytes",
        "internalType": "bytes"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "device",
    "inputs": [
      {
        "name": "device_",
        "type": "address",
        "internalType": "address"
      }
    ],
    "outputs": [
      {
        "name": "",
        "type": "tuple",
        "internalType": "struct Registry.Device",
        "components": [
          {
            "name": "x",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "y",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "owner",
            "type": "address",
            "internalType": "address"
          },
          {
            "name": "kind",
            "type": "uint8",
            "internalType": "uint8"
          },
          {
            "name": "nonce",
            "type": "uint32",
            "internalType": "uint32"
          },
          {
            "name": "registeredAt",
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
    "name": "deviceId",
    "inputs": [
      {
        "name": "x",
        "type": "bytes32",
        "internalType": "bytes32"
      },
      {
        "name": "y",
        "type": "bytes32",
        "internalType": "bytes32"
      }
    ],
    "outputs": [
      {
        "name": "",
        "type": "address",
        "internalType": "address"
      }
    ],
    "stateMutability": "pure"
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
    "name": "operator",
    "inputs": [
      {
        "name": "payer",
        "type": "address",
        "internalType": "address"
      }
    ],
    "outputs": [
      {
        "name": "",
        "type": "tuple",
        "internalType": "struct Registry.Operator",
        "components": [
          {
            "name": "x",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "y",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "bond",
            "type": "uint96",
            "internalType": "uint96"
          },
          {
            "name": "active",
            "type": "bool",
            "internalType": "bool"
          },
          {
            "name": "endpoint",
            "type": "string",
            "internalType": "string"
          }
        ]
      }
    ],
    "stateMutability": "view"
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
    "name": "payoutOf",
    "inputs": [
      {
        "name": "account",
        "type": "address",
        "internalType": "address"
      }
    ],
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
    "name": "recipientOf",
    "inputs": [
      {
        "name": "account",
        "type": "address",
        "internalType": "address"
      }
    ],
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
    "name": "registerDevice",
    "inputs": [
      {
        "name": "x",
        "type": "bytes32",
        "internalType": "bytes32"
      },
      {
        "name": "y",
        "type": "bytes32",
        "internalType": "bytes32"
      },
      {
        "name": "kind",
        "type": "uint8",
        "internalType": "uint8"
      },
      {
        "name": "owner_",
        "type": "address",
        "internalType": "address"
      },
      {
        "name": "ticket",
        "type": "tuple",
        "internalType": "struct Ticket",
        "components": [
          {
            "name": "device",
            "type": "address",
            "internalType": "address"
          },
          {
            "name": "kind",
            "type": "uint8",
            "internalType": "uint8"
          },
          {
            "name": "network",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "expiresAt",
            "type": "uint64",
            "internalType": "uint64"
          }
        ]
      },
      {
        "name": "ticketSignature",
        "type": "bytes",
        "internalType": "bytes"
      },
      {
        "name": "r",
        "type": "bytes32",
        "internalType": "bytes32"
      },
      {
        "name": "s",
        "type": "bytes32",
        "internalType": "bytes32"
      }
    ],
    "outputs": [
      {
        "name": "device_",
        "type": "address",
        "internalType": "address"
      }
    ],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "registerOperator",
    "inputs": [
      {
        "name": "endpoint",
        "type": "string",
        "internalType": "string"
      },
      {
        "name": "x",
        "type": "bytes32",
        "internalType": "bytes32"
      },
      {
        "name": "y",
        "type": "bytes32",
        "internalType": "bytes32"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "removeOperator",
    "inputs": [],
    "outputs": [],
    "stateMutability": "nonpayable"
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
    "name": "setPayout",
    "inputs": [
      {
        "name": "payout",
        "type": "address",
        "internalType": "address"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "setVerifier",
    "inputs": [
      {
        "name": "account",
        "type": "address",
        "internalType": "address"
      },
      {
        "name": "endpoint",
        "type": "string",
        "internalType": "string"
      },
      {
        "name": "x",
        "type": "bytes32",
        "internalType": "bytes32"
      },
      {
        "name": "y",
        "type": "bytes32",
        "internalType": "bytes32"
      },
      {
        "name": "weight",
        "type": "uint96",
        "internalType": "uint96"
      }
    ],
    "outputs": [],
    "stateMutability": "nonpayable"
  },
  {
    "type": "function",
    "name": "totalWeight",
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
    "name": "transferDevice",
    "inputs": [
      {
        "name": "device_",
        "type": "address",
        "internalType": "address"
      },
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
    "name": "verifier",
    "inputs": [
      {
        "name": "account",
        "type": "address",
        "internalType": "address"
      }
    ],
    "outputs": [
      {
        "name": "",
        "type": "tuple",
        "internalType": "struct Registry.Verifier",
        "components": [
          {
            "name": "x",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "y",
            "type": "bytes32",
            "internalType": "bytes32"
          },
          {
            "name": "weight",
            "type": "uint96",
            "internalType": "uint96"
          },
          {
            "name": "endpoint",
            "type": "string",
            "internalType": "string"
          }
        ]
      }
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "weigh",
    "inputs": [
      {
        "name": "accounts",
        "type": "address[]",
        "internalType": "address[]"
      }
    ],
    "outputs": [
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
    ],
    "stateMutability": "view"
  },
  {
    "type": "function",
    "name": "weightOf",
    "inputs": [
      {
        "name": "account",
        "type": "address",
        "internalType": "address"
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
    "type": "event",
    "name": "DeviceRegistered",
    "inputs": [
      {
        "name": "device",
        "type": "address",
        "indexed": true,
        "internalType": "address"
      },
      {
        "name": "owner",
        "type": "address",
        "indexed": true,
        "internalType": "address"
      },
      {
        "name": "kind",
        "type": "uint8",
        "indexed": true,
        "internalType": "uint8"
      },
      {
        "name": "x",
        "type": "bytes32",
        "indexed": false,
        "internalType": "bytes32"
      },
      {
        "name": "y",
        "type": "bytes32",
        "indexed": false,
        "internalType": "bytes32"
      },
      {
        "name": "network",
        "type": "bytes32",
        "indexed": false,
        "internalType": "bytes32"
      },
      {
        "name": "verifier",
        "type": "address",
        "indexed": false,
        "internalType": "address"
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "EIP712DomainChanged",
    "inputs": [],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "OperatorRemoved",
    "inputs": [
      {
        "name": "payer",
        "type": "address",
        "indexed": true,
        "internalType": "address"
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "OperatorSet",
    "inputs": [
      {
        "name": "payer",
        "type": "address",
        "indexed": true,
        "internalType": "address"
      },
      {
        "name": "bond",
        "type": "uint96",
        "indexed": false,
        "internalType": "uint96"
      },
      {
        "name": "x",
        "type": "bytes32",
        "indexed": false,
        "internalType": "bytes32"
      },
      {
        "name": "y",
        "type": "bytes32",
        "indexed": false,
        "internalType": "bytes32"
      },
      {
        "name": "endpoint",
        "type": "string",
        "indexed": false,
        "internalType": "string"
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "OwnerClaimed",
    "inputs": [
      {
        "name": "device",
        "type": "address",
        "indexed": true,
        "internalType": "address"
      },
      {
        "name": "owner",
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
    "name": "PayoutSet",
    "inputs": [
      {
        "name": "account",
        "type": "address",
        "indexed": true,
        "internalType": "address"
      },
      {
        "name": "payout",
        "type": "address",
        "indexed": true,
        "internalType": "address"
      }
    ],
    "anonymous": false
  },
  {
    "type": "event",
    "name": "VerifierSet",
    "inputs": [
      {
        "name": "account",
        "type": "address",
        "indexed": true,
        "internalType": "address"
      },
      {
        "name": "weight",
        "type": "uint96",
        "indexed": false,
        "internalType": "uint96"
      },
      {
        "name": "x",
        "type": "bytes32",
        "indexed": false,
        "internalType": "bytes32"
      },
      {
        "name": "y",
        "type": "bytes32",
        "indexed": false,
        "internalType": "bytes32"
      },
      {
        "name": "endpoint",
        "type": "string",
        "indexed": false,
        "internalType": "string"
      }
    ],
    "anonymous": false
  },
  {
    "type": "error",
    "name": "BadDeviceSignature",
    "inputs": [
      {
        "name": "device",
        "type": "address",
        "internalType": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "BadOwnerSignature",
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
    "name": "DeviceAlreadyRegistered",
    "inputs": [
      {
        "name": "device",
        "type": "address",
        "internalType": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "DeviceNotRegistered",
    "inputs": [
      {
        "name": "device",
        "type": "address",
        "internalType": "address"
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
    "name": "EndpointLength",
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
    "name": "InvalidShortString",
    "inputs": []
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
    "name": "NotDeviceOwner",
    "inputs": [
      {
        "name": "device",
        "type": "address",
        "internalType": "address"
      },
      {
        "name": "caller",
        "type": "address",
        "internalType": "address"
      }
    ]
  },
  {
    "type": "error",
    "name": "NotOnCurve",
    "inputs": [
      {
        "name": "x",
        "type": "bytes32",
        "internalType": "bytes32"
      },
      {
        "name": "y",
        "type": "bytes32",
        "internalType": "bytes32"
      }
    ]
  },
  {
    "type": "error",
    "name": "NotOperator",
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
    "name": "OwnerAlreadyKnown",
    "inputs": [
      {
        "name": "device",
        "type": "address",
        "internalType": "address"
      },
      {
        "name": "owner",
        "type": "address",
        "internalType": "address"
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
    "name": "TicketExpired",
    "inputs": [
      {
        "name": "expiresAt",
        "type": "uint64",
        "internalType": "uint64"
      }
    ]
  },
  {
    "type": "error",
    "name": "TicketForAnother",
    "inputs": [
      {
        "name": "device",
        "type": "address",
        "internalType": "address"
      },
      {
        "name": "kind",
        "type": "uint8",
        "internalType": "uint8"
      }
    ]
  },
  {
    "type": "error",
    "name": "WrongNonce",
    "inputs": [
      {
        "name": "nonce",
        "type": "uint64",
        "internalType": "uint64"
      },
      {
        "name": "expected",
        "type": "uint64",
        "internalType": "uint64"
      }
    ]
  },
  {
    "type": "error",
    "name": "ZeroAddress",
    "inputs": []
  }
] as const;

export const registryBytecode = "0x610160604052348015610010575f5ffd5b5060405161389b38038061389b83398101604081905261002f916101dd565b60408051808201825260088152675761796c6561766560c01b602080830191909152825180840190935260018352603160f81b9083015290826001600160a01b03811661009657604051631e4fbdf760e01b81525f60048201526024015b60405180910390fd5b61009f81610151565b506100a9826101a0565b610120526100b6816101a0565b61014052815160208084019190912060e052815190820120610100524660a05261014260e05161010051604080517f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f60208201529081019290925260608201524660808201523060a08201525f9060c00160405160208183030381529060405280519060200120905090565b60805250503060c05250610265565b5f80546001600160a01b038381166001600160a01b0319831681178455604051919092169283917f8be0079c531659141344cd1fd0a4f28419497f9722a3daafe3b4186f6b6457e09190a35050565b5f5f829050601f815111156101ca578260405163305a27a960e01b815260040161008d919061020a565b80516101d58261023f565b179392505050565b5f602082840312156101ed575f5ffd5b81516001600160a01b0381168114610203575f5ffd5b9392505050565b602081525f82518060208401528060208501604085015e5f604082850101526040601f19601f83011684010191505092915050565b8051602080830151919081101561025f575f198160200360031b1b821691505b50919050565b60805160a05160c05160e0516101005161012051610140516135e56102b65f395f611cab01525f611c8001525f611e5801525f611e3001525f611d8b01525f611db501525f611ddf01526135e55ff3fe608060405234801561000f575f5ffd5b506004361061019a575f3560e01c806384b0196e116100e8578063d0cdd02911610093578063e70434a51161006e578063e70434a514610416578063f2fde38b14610429578063f698da251461043c578063f767b4da14610444575f5ffd5b8063d0cdd02914610352578063d11e9cdb146103ca578063dd4bc101146103dd575f5ffd5b80639a307391116100c35780639a3073911461030c578063a3ff39b21461032c578063bc19a2851461033f575f5ffd5b806384b0196e146102d85780638da5cb5b146102f357806396c82e5714610303575f5ffd5b80636da61d1e11610148578063771c5a9a11610123578063771c5a9a1461029c5780637a759856146102af578063809f3bc4146102b8575f5ffd5b80636da61d1e1461025a578063715018a61461026d57806375434a7514610275575f5ffd5b806333cc17391161017857806333cc1739146102095780633f149f591461021c578063695b7f2314610247575f5ffd5b806320e545481461019e5780632fc3be19146101a8578063304b9bc7146101e2575b5f5ffd5b6101a661046c565b005b6101cf7fa3a000b2b25c7ad47bdaa57fd932d1a74dc292e64f650510889821f938d3587c81565b6040519081526020015b60405180910390f35b6101cf7f6591ed11abb18afd86428820f9679e2001b3ff3ad841abadf348d9b5f9fc7b5381565b6101a6610217366004612d0d565b61054c565b61022f61022a366004612d85565b610614565b6040516001600160a01b0390911681526020016101d9565b61022f610255366004612e46565b610901565b61022f610268366004612e46565b610a91565b6101a6610b45565b6101cf7fc41a6a183ba69b9c10ba1c7cab7c295358eca10f8063cf493dc27e9f7cbda51181565b61022f6102aa366004612e5f565b610b58565b6101cf61012c81565b6102cb6102c6366004612e46565b610b87565b6040516101d99190612ecb565b6102e0610ca9565b6040516101d99796959493929190612f11565b5f546001600160a01b031661022f565b6101cf60035481565b61031f61031a366004612e46565b610d07565b6040516101d99190612fc3565b6101a661033a366004612e46565b610dc6565b6101a661034d366004613015565b610e95565b610365610360366004612e46565b610fd8565b6040516101d991905f60c08201905082518252602083015160208301526001600160a01b03604084015116604083015260ff606084015116606083015263ffffffff608084015116608083015265ffffffffffff60a08401511660a083015292915050565b6101a66103d83660046130b1565b611161565b6101cf6103eb366004612e46565b6001600160a01b03165f908152600460205260409020600201546bffffffffffffffffffffffff1690565b6101a6610424366004613134565b611549565b6101a6610437366004612e46565b6116e8565b6101cf61173e565b610457610452366004613165565b61174c565b604080519283526020830191909152016101d9565b335f908152600560205260409020600201546c01000000000000000000000000900460ff166104ce576040517f76c6c93a0000000000000000000000000000000000000000000000000000000081523360048201526024015b60405180910390fd5b335f908152600560205260408120818155600181018290556002810180547fffffffffffffffffffffffffffffffffffffff000000000000000000000000001690559061051e6003830182612c3d565b505060405133907f80c0b871b97b595b16a7741c1b06fed0c6f6f558639f18ccbce50724325dc40d905f90a2565b6105588484848461183f565b335f908152600560205260409020828155600181018290556002810180547fffffffffffffffffffffffffffffffffffffff00ffffffffffffffffffffffff166c01000000000000000000000000179055600381016105b885878361329d565b50600281015460405133917f9f25097a5bb26faf6f797ab7b22577a05926ae831c6d89fa1e98f0aeac14dc9991610605916bffffffffffffffffffffffff1690879087908b908b906133b3565b60405180910390a25050505050565b5f61061f8a8a610b58565b90505f61062f878787858d6118d9565b6001600160a01b0383165f908152600760205260409020805491925090790100000000000000000000000000000000000000000000000000900465ffffffffffff16156106b3576040517fcd76e8450000000000000000000000000000000000000000000000000000000081526001600160a01b03841660048201526024016104c5565b805460ff8b1674010000000000000000000000000000000000000000027fffffffffffffffffffffff0000000000000000000000000000000000000000009091166001600160a01b038b161717815561070b42611ace565b815f0160196101000a81548165ffffffffffff021916908365ffffffffffff16021790555060405180604001604052808d81526020018c81525060065f856001600160a01b03166001600160a01b031681526020019081526020015f205f820151815f0155602082015181600101559050508960ff16896001600160a01b0316846001600160a01b03167f4e743c67b7185acd755b5a2effa2f25f08041db3d382f25ccc6d8f7b4f999d6d8f8f8d60400135886040516107ed9493929190938452602084019290925260408301526001600160a01b0316606082015260800190565b60405180910390a45f7fa3a000b2b25c7ad47bdaa57fd932d1a74dc292e64f650510889821f938d3587c848c8c61082a60808e0160608f01613422565b6040805160208101969096526001600160a01b039485169086015260ff909216606085015291909116608083015267ffffffffffffffff1660a082015260c0016040516020818303038152906040528051906020012090506108b081878760065f896001600160a01b03166001600160a01b031681526020019081526020015f20611b1d565b6108f1576040517f3ec326960000000000000000000000000000000000000000000000000000000081526001600160a01b03851660048201526024016104c5565b5050509998505050505050505050565b6001600160a01b038181165f90815260076020908152604080832081516080810183529054948516815274010000000000000000000000000000000000000000850460ff16928101929092527501000000000000000000000000000000000000000000840463ffffffff169082015279010000000000000000000000000000000000000000000000000090920465ffffffffffff1660608301819052909190839015610a70575080516001600160a01b0381166109c157505f9392505050565b6001600160a01b038181165f9081526007602090815260409182902082516080810184529054938416815274010000000000000000000000000000000000000000840460ff16918101919091527501000000000000000000000000000000000000000000830463ffffffff169181019190915279010000000000000000000000000000000000000000000000000090910465ffffffffffff166060820181905290925015610a70579392505050565b81516001600160a01b031615610a87578151610a89565b805b949350505050565b6001600160a01b038181165f90815260076020908152604080832081516080810183529054948516815274010000000000000000000000000000000000000000850460ff16928101929092527501000000000000000000000000000000000000000000840463ffffffff169082015279010000000000000000000000000000000000000000000000000090920465ffffffffffff166060830181905290919015610b3b575f610b3e565b80515b9392505050565b610b4d611bcd565b610b565f611c12565b565b604080516020808201859052818301849052825180830384018152606090920190925280519101205b92915050565b610bbd60405180608001604052805f81526020015f81526020015f6bffffffffffffffffffffffff168152602001606081525090565b6001600160a01b0382165f9081526004602090815260409182902082516080810184528154815260018201549281019290925260028101546bffffffffffffffffffffffff1692820192909252600382018054919291606084019190610c2290613203565b80601f0160208091040260200160405190810160405280929190818152602001828054610c4e90613203565b8015610c995780601f10610c7057610100808354040283529160200191610c99565b820191905f5260205f20905b815481529060010190602001808311610c7c57829003601f168201915b5050505050815250509050919050565b5f6060805f5f5f6060610cba611c79565b610cc2611ca4565b604080515f808252602082019092527f0f000000000000000000000000000000000000000000000000000000000000009b939a50919850469750309650945092509050565b610d456040518060a001604052805f81526020015f81526020015f6bffffffffffffffffffffffff1681526020015f15158152602001606081525090565b6001600160a01b0382165f90815260056020908152604091829020825160a0810184528154815260018201549281019290925260028101546bffffffffffffffffffffffff8116938301939093526c0100000000000000000000000090920460ff1615156060820152600382018054919291608084019190610c2290613203565b335f9081526007602052604090208054790100000000000000000000000000000000000000000000000000900465ffffffffffff1615610e34576040517fcd76e8450000000000000000000000000000000000000000000000000000000081523360048201526024016104c5565b80547fffffffffffffffffffffffff0000000000000000000000000000000000000000166001600160a01b038316908117825560405133907f18b5078a8a55f53c428467b7f19cf8408acc494f8ae06b3e6202b7b2b19d23dc905f90a35050565b610e9d611bcd565b6001600160a01b038616610edd576040517fd92e233d00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b610ee98585858561183f565b6001600160a01b0386165f90815260046020526040902060028101546003546bffffffffffffffffffffffff80851692610f2592911690613468565b610f2f919061347b565b6003908155848255600182018490556002820180547fffffffffffffffffffffffffffffffffffffffff000000000000000000000000166bffffffffffffffffffffffff85161790558101610f8586888361329d565b50866001600160a01b03167f7a315618c0df77ef36efd57bac72b6ef2316d8fa518a2149e05413797229f85d8386868a8a604051610fc79594939291906133b3565b60405180910390a250505050505050565b6040805160c0810182525f80825260208201819052918101829052606081018290526080810182905260a08101919091526001600160a01b038281165f90815260076020908152604080832081516080810183529054948516815274010000000000000000000000000000000000000000850460ff16928101929092527501000000000000000000000000000000000000000000840463ffffffff169082015279010000000000000000000000000000000000000000000000000090920465ffffffffffff166060830181905290036110e35750506040805160c0810182525f80825260208201819052918101829052606081018290526080810182905260a0810191909152919050565b6001600160a01b039283165f908152600660209081526040918290208251808401845281548152600190910154818301908152835160c08101855291518252518183015283519095168583015282015160ff166060808601919091529082015163ffffffff166080850152015165ffffffffffff1660a08301525090565b6001600160a01b0387165f9081526007602052604081208054909179010000000000000000000000000000000000000000000000000090910465ffffffffffff1690036111e5576040517f082d79d00000000000000000000000000000000000000000000000000000000081526001600160a01b03891660048201526024016104c5565b80546001600160a01b03161561123d5780546040517fa22623ee0000000000000000000000000000000000000000000000000000000081526001600160a01b03808b16600483015290911660248201526044016104c5565b6001600160a01b03871661127d576040517fd92e233d00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b80547501000000000000000000000000000000000000000000900463ffffffff1667ffffffffffffffff8716146113135780546040517f1a5fbde000000000000000000000000000000000000000000000000000000000815267ffffffffffffffff88166004820152750100000000000000000000000000000000000000000090910463ffffffff1660248201526044016104c5565b604080517f6591ed11abb18afd86428820f9679e2001b3ff3ad841abadf348d9b5f9fc7b5360208201526001600160a01b03808b1692820192909252908816606082015267ffffffffffffffff871660808201525f9060a0016040516020818303038152906040528051906020012090506113b281878760065f8e6001600160a01b03166001600160a01b031681526020019081526020015f20611b1d565b6113f3576040517f3ec326960000000000000000000000000000000000000000000000000000000081526001600160a01b038a1660048201526024016104c5565b61143b8861140083611ccf565b86868080601f0160208091040260200160405190810160405280939291908181526020018383808284375f92019190915250611d1692505050565b61147c576040517f836e8d5d0000000000000000000000000000000000000000000000000000000081526001600160a01b03891660048201526024016104c5565b81547fffffffffffffffffffffffff0000000000000000000000000000000000000000166001600160a01b0389161780835560019083906015906114e09084907501000000000000000000000000000000000000000000900463ffffffff1661348e565b92506101000a81548163ffffffff021916908363ffffffff160217905550876001600160a01b0316896001600160a01b03167f0b2f0eed83a8a00a7f4bfee878456f99c98797c58850f37f5312ad172f47916460405160405180910390a3505050505050505050565b6001600160a01b0382165f9081526007602052604081208054909179010000000000000000000000000000000000000000000000000090910465ffffffffffff1690036115cd576040517f082d79d00000000000000000000000000000000000000000000000000000000081526001600160a01b03841660048201526024016104c5565b80546001600160a01b03163314611621576040517f32f007ec0000000000000000000000000000000000000000000000000000000081526001600160a01b03841660048201523360248201526044016104c5565b80547fffffffffffffffffffffffff0000000000000000000000000000000000000000166001600160a01b0383161780825560019082906015906116859084907501000000000000000000000000000000000000000000900463ffffffff1661348e565b92506101000a81548163ffffffff021916908363ffffffff160217905550816001600160a01b0316836001600160a01b03167f0b2f0eed83a8a00a7f4bfee878456f99c98797c58850f37f5312ad172f47916460405160405180910390a3505050565b6116f0611bcd565b6001600160a01b038116611732576040517f1e4fbdf70000000000000000000000000000000000000000000000000000000081525f60048201526024016104c5565b61173b81611c12565b50565b5f611747611d7f565b905090565b5f80805b83811015611832575f60045f87878581811061176e5761176e6134aa565b90506020020160208101906117839190612e46565b6001600160a01b0316815260208101919091526040015f908120600201546bffffffffffffffffffffffff16915081900361181d578585838181106117ca576117ca6134aa565b90506020020160208101906117df9190612e46565b6040517fd118b6360000000000000000000000000000000000000000000000000000000081526001600160a01b0390911660048201526024016104c5565b611827818561347b565b935050600101611750565b50506003545b9250929050565b8280158061184e575061012c81115b15611888576040517fa66754df000000000000000000000000000000000000000000000000000000008152600481018290526024016104c5565b6118928383611ea8565b6118d2576040517f1760028900000000000000000000000000000000000000000000000000000000815260048101849052602481018390526044016104c5565b5050505050565b5f6001600160a01b0383166118f16020880188612e46565b6001600160a01b031614158061191c575060ff821661191660408801602089016134d7565b60ff1614155b156119845761192e6020870187612e46565b61193e60408801602089016134d7565b6040517ff3c259a00000000000000000000000000000000000000000000000000000000081526001600160a01b03909216600483015260ff1660248201526044016104c5565b6119946080870160608801613422565b67ffffffffffffffff164211156119f4576119b56080870160608801613422565b6040517f873f97da00000000000000000000000000000000000000000000000000000000815267ffffffffffffffff90911660048201526024016104c5565b5f611a467fc41a6a183ba69b9c10ba1c7cab7c295358eca10f8063cf493dc27e9f7cbda51188604051602001611a2b9291906134f0565b60405160208183030381529060405280519060200120611ccf565b9050611a53818787611f2d565b6001600160a01b0381165f908152600460205260408120600201549193506bffffffffffffffffffffffff9091169003611ac4576040517fd118b6360000000000000000000000000000000000000000000000000000000081526001600160a01b03831660048201526024016104c5565b5095945050505050565b5f65ffffffffffff821115611b19576040517f6dfcc65000000000000000000000000000000000000000000000000000000000815260306004820152602481018390526044016104c5565b5090565b5f611bc46002611b2c87611ccf565b604051602001611b3e91815260200190565b604080517fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe081840301815290829052611b7691613553565b602060405180830381855afa158015611b91573d5f5f3e3d5ffd5b5050506040513d601f19601f82011682018060405250810190611bb49190613569565b8585855f01548660010154611f57565b95945050505050565b5f546001600160a01b03163314610b56576040517f118cdaa70000000000000000000000000000000000000000000000000000000081523360048201526024016104c5565b5f80546001600160a01b038381167fffffffffffffffffffffffff0000000000000000000000000000000000000000831681178455604051919092169283917f8be0079c531659141344cd1fd0a4f28419497f9722a3daafe3b4186f6b6457e09190a35050565b60606117477f0000000000000000000000000000000000000000000000000000000000000000611f90565b60606117477f0000000000000000000000000000000000000000000000000000000000000000611f90565b5f610b81611cdb611d7f565b836040517f19010000000000000000000000000000000000000000000000000000000000008152600281019290925260228201526042902090565b5f836001600160a01b03163b5f03611d74575f5f611d348585611fcd565b5090925090505f816003811115611d4d57611d4d613580565b148015611d6b5750856001600160a01b0316826001600160a01b0316145b92505050610b3e565b610a89848484612016565b5f306001600160a01b037f000000000000000000000000000000000000000000000000000000000000000016148015611dd757507f000000000000000000000000000000000000000000000000000000000000000046145b15611e0157507f000000000000000000000000000000000000000000000000000000000000000090565b611747604080517f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f60208201527f0000000000000000000000000000000000000000000000000000000000000000918101919091527f000000000000000000000000000000000000000000000000000000000000000060608201524660808201523060a08201525f9060c00160405160208183030381529060405280519060200120905090565b5f7fffffffff00000001000000000000000000000000ffffffffffffffffffffffff80838409817f5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b8387857fffffffff00000001000000000000000000000000fffffffffffffffffffffffc878b8c0908090894821191909310169190921416919050565b5f5f5f5f611f3c878787612094565b925092509250611f4c82826120db565b509095945050505050565b5f5f5f611f6788888888886121e2565b9150915080611f8257611f7d88888888886122bd565b611f84565b815b98975050505050505050565b60605f611f9c836123b9565b6040805160208082528183019092529192505f91906020820181803683375050509182525060208101929092525090565b5f5f5f8351604103612004576020840151604085015160608601515f1a611ff6888285856123f9565b95509550955050505061200f565b505081515f91506002905b9250925092565b8051604080517f1626ba7e000000000000000000000000000000000000000000000000000000008082526004820186905260248201929092525f92906020820185604483015e5f82606483010152601f820160051c60051b915060205f60648401838a5afa9050825f5114601f3d1116811693505050509392505050565b5f808060418490036120c8578435602086013560408701355f1a6120ba898285856123f9565b9550955095505050506120d2565b505f915060029050825b93509350939050565b5f8260038111156120ee576120ee613580565b036120f7575050565b600182600381111561210b5761210b613580565b03612142576040517ff645eedf00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b600282600381111561215657612156613580565b03612190576040517ffce698f7000000000000000000000000000000000000000000000000000000008152600481018290526024016104c5565b60038260038111156121a4576121a4613580565b036121de576040517fd78bce0c000000000000000000000000000000000000000000000000000000008152600481018290526024016104c5565b5050565b5f5f6121ee86866124df565b158061220157506121ff8484611ea8565b155b1561221157505f905060016122b3565b61221e8787878787612549565b1561222e575060019050806122b3565b61229d7fbb5a52f42f9c9261ed4361f59422a1e30036e7c32b270c8807a419feca605023600560017fa71af64de5126a4a4e02b7922d66ce9415ce88a4c9d25514d91082c8725ac9577f5d47723c8fbe580bb369fec9c2665d8e30a435b9932645482e7c9f11e872296b612549565b156122ad57505f905060016122b3565b505f9050805b9550959350505050565b5f6122c885856124df565b15806122db57506122d98383611ea8565b155b156122e757505f611bc4565b5f6122f28484612589565b90505f61231f867fffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc63255161277c565b90505f7fffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551828a0990505f7fffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551838a0990505f61237b85848461278b565b509050896123a97fffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551836135ad565b149b9a5050505050505050505050565b5f60ff8216601f811115610b81576040517fb3512b0c00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b5f80807f7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a084111561243257505f915060039050826124d5565b604080515f808252602082018084528a905260ff891692820192909252606081018790526080810186905260019060a0016020604051602081039080840390855afa158015612483573d5f5f3e3d5ffd5b50506040517fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe001519150506001600160a01b0381166124cc57505f9250600191508290506124d5565b92505f91508190505b9450945094915050565b5f821580159061250e57507fffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc63255183105b801561251957508115155b8015610b3e5750507f7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a81015919050565b5f6040518681528560208201528460408201528360608201528260808201525f5f5260205f60a0836101005afa61257c57fe5b50505f5195945050505050565b612591612c74565b60405180606001604052805f81526020015f81526020015f815250815f601081106125be576125be6134aa565b602002018190525060405180606001604052808481526020018381526020016001815250816001601081106125f5576125f56134aa565b602002018190525060405180606001604052807f6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c29681526020017f4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5815260200160018152508160046010811061266c5761266c6134aa565b60200201526126828160015b60200201516128af565b6040820152612692816004612678565b61010082015260208101516126af908260025b602002015161290b565b60608201526126c88160015b60200201518260046126a5565b60a08201526126d88160026126bb565b60c08201526126e88160036126bb565b60e08201526127018160015b60200201518260086126a5565b6101208201526127128160026126f4565b6101408201526127238160036126f4565b6101608201526127348160046126f4565b61018082015261274e8160015b602002015182600c6126a5565b6101a082015261275f816002612741565b6101c0820152612770816003612741565b6101e082015292915050565b5f610b3e836002840384612969565b5f80808080805b60808110156128935781156127c6576127ac84848461298a565b919550935091506127be84848461298a565b919550935091505b600c60fc89901c1660fe88901c178981601081106127e6576127e66134aa565b6020020151604001511561287f57825f036128555789816010811061280d5761280d6134aa565b6020020151518a8260108110612825576128256134aa565b6020020151602001518b8360108110612840576128406134aa565b6020020151604001519196509450925061287f565b6128778a826010811061286a5761286a6134aa565b6020020151868686612a2e565b919650945092505b50600297881b979690961b95600101612792565b5061289f838383612b7b565b945094505050505b935093915050565b6128d060405180606001604052805f81526020015f81526020015f81525090565b5f5f5f6128e9855f01518660200151876040015161298a565b6040805160608101825293845260208401929092529082015295945050505050565b61292c60405180606001604052805f81526020015f81526020015f81525090565b5f5f5f61294686865f015187602001518860400151612a2e565b604080516060810182529384526020840192909252908201529695505050505050565b5f5f5f612977868686612bda565b9150915081611bc457611bc46012612c2c565b5f5f5f7fffffffff00000001000000000000000000000000ffffffffffffffffffffffff80868709818687098283848384097fffffffff00000001000000000000000000000000fffffffffffffffffffffffc0984858c8d096003090890508283838b09600409838482600209850385848509089650838485858609600809850385868a880385088509089550505050808186880960020991505093509350939050565b5f5f5f7fffffffff00000001000000000000000000000000ffffffffffffffffffffffff604088015181818209828388858a8b090960208c0151098381850385868686098c090884858a8b098d51098581870387868f0908935081158415168015612aa05760018114612ae657612b6a565b868586098788898386096002098903898a848a098b038b88890908089a5087888983890987098903898a8e8c038c8689090887090899505086878c880986099750612b6a565b8c8c8c898283098a8283098b8c8d8384097fffffffff00000001000000000000000000000000fffffffffffffffffffffffc098d8e8889096003090890508b8c83870960040994508b8c866002098d038d838409089e508b8c8384096008098c0391508b8f8d03860894508b828d878409089d505050898a8284096002099a505050505b505050505050509450945094915050565b5f5f825f03612b8e57505f9050806128a7565b7fffffffff00000001000000000000000000000000ffffffffffffffffffffffff5f612bba858361277c565b905081818209828189099450828383830988099350505050935093915050565b5f5f825f03612bed57505f9050806128a7565b60405160208152602080820152602060408201528560608201528460808201528360a082015260205f60c08360055afa9250505f519050935093915050565b634e487b715f52806020526024601cfd5b508054612c4990613203565b5f825580601f10612c58575050565b601f0160209004905f5260205f209081019061173b9190612cbb565b6040518061020001604052806010905b612ca560405180606001604052805f81526020015f81526020015f81525090565b815260200190600190039081612c845790505090565b5b80821115611b19575f8155600101612cbc565b5f5f83601f840112612cdf575f5ffd5b50813567ffffffffffffffff811115612cf6575f5ffd5b602083019150836020828501011115611838575f5ffd5b5f5f5f5f60608587031215612d20575f5ffd5b843567ffffffffffffffff811115612d36575f5ffd5b612d4287828801612ccf565b90989097506020870135966040013595509350505050565b803560ff81168114612d6a575f5ffd5b919050565b80356001600160a01b0381168114612d6a575f5ffd5b5f5f5f5f5f5f5f5f5f898b03610160811215612d9f575f5ffd5b8a35995060208b01359850612db660408c01612d5a565b9750612dc460608c01612d6f565b965060807fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff8082011215612df5575f5ffd5b5060808a0194506101008a013567ffffffffffffffff811115612e16575f5ffd5b612e228c828d01612ccf565b9a9d999c50979a969995989596610120810135966101409091013595509350505050565b5f60208284031215612e56575f5ffd5b610b3e82612d6f565b5f5f60408385031215612e70575f5ffd5b50508035926020909101359150565b5f81518084528060208401602086015e5f6020828601015260207fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0601f83011685010191505092915050565b6020815281516020820152602082015160408201526bffffffffffffffffffffffff60408301511660608201525f6060830151608080840152610a8960a0840182612e7f565b7fff000000000000000000000000000000000000000000000000000000000000008816815260e060208201525f612f4b60e0830189612e7f565b8281036040840152612f5d8189612e7f565b606084018890526001600160a01b038716608085015260a0840186905283810360c0850152845180825260208087019350909101905f5b81811015612fb2578351835260209384019390920191600101612f94565b50909b9a5050505050505050505050565b6020815281516020820152602082015160408201526bffffffffffffffffffffffff60408301511660608201526060820151151560808201525f608083015160a080840152610a8960c0840182612e7f565b5f5f5f5f5f5f60a0878903121561302a575f5ffd5b61303387612d6f565b9550602087013567ffffffffffffffff81111561304e575f5ffd5b61305a89828a01612ccf565b909650945050604087013592506060870135915060808701356bffffffffffffffffffffffff8116811461308c575f5ffd5b809150509295509295509295565b803567ffffffffffffffff81168114612d6a575f5ffd5b5f5f5f5f5f5f5f60c0888a0312156130c7575f5ffd5b6130d088612d6f565b96506130de60208901612d6f565b95506130ec6040890161309a565b9450606088013593506080880135925060a088013567ffffffffffffffff811115613115575f5ffd5b6131218a828b01612ccf565b989b979a50959850939692959293505050565b5f5f60408385031215613145575f5ffd5b61314e83612d6f565b915061315c60208401612d6f565b90509250929050565b5f5f60208385031215613176575f5ffd5b823567ffffffffffffffff81111561318c575f5ffd5b8301601f8101851361319c575f5ffd5b803567ffffffffffffffff8111156131b2575f5ffd5b8560208260051b84010111156131c6575f5ffd5b6020919091019590945092505050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b600181811c9082168061321757607f821691505b60208210810361324e577f4e487b71000000000000000000000000000000000000000000000000000000005f52602260045260245ffd5b50919050565b601f82111561329857805f5260205f20601f840160051c810160208510156132795750805b601f840160051c820191505b818110156118d2575f8155600101613285565b505050565b67ffffffffffffffff8311156132b5576132b56131d6565b6132c9836132c38354613203565b83613254565b5f601f841160018114613319575f85156132e35750838201355b7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff600387901b1c1916600186901b1783556118d2565b5f838152602081207fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe08716915b828110156133665786850135825560209485019460019092019101613346565b50868210156133a1577fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff60f88860031b161c19848701351681555b505060018560011b0183555050505050565b6bffffffffffffffffffffffff8616815284602082015283604082015260806060820152816080820152818360a08301375f81830160a090810191909152601f9092017fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0160101949350505050565b5f60208284031215613432575f5ffd5b610b3e8261309a565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b81810381811115610b8157610b8161343b565b80820180821115610b8157610b8161343b565b63ffffffff8181168382160190811115610b8157610b8161343b565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52603260045260245ffd5b5f602082840312156134e7575f5ffd5b610b3e82612d5a565b82815260a081016001600160a01b0361350884612d6f565b16602083015260ff61351c60208501612d5a565b1660408301525f604084013590508060608401525067ffffffffffffffff6135466060850161309a565b1660808301529392505050565b5f82518060208501845e5f920191825250919050565b5f60208284031215613579575f5ffd5b5051919050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52602160045260245ffd5b5f826135e0577f4e487b71000000000000000000000000000000000000000000000000000000005f52601260045260245ffd5b50069056" as const;
