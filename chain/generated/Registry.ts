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

export const registryBytecode = "0x610160604052348015610010575f5ffd5b506040516135ba3803806135ba83398101604081905261002f916101dd565b60408051808201825260088152675761796c6561766560c01b602080830191909152825180840190935260018352603160f81b9083015290826001600160a01b03811661009657604051631e4fbdf760e01b81525f60048201526024015b60405180910390fd5b61009f81610151565b506100a9826101a0565b610120526100b6816101a0565b61014052815160208084019190912060e052815190820120610100524660a05261014260e05161010051604080517f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f60208201529081019290925260608201524660808201523060a08201525f9060c00160405160208183030381529060405280519060200120905090565b60805250503060c05250610265565b5f80546001600160a01b038381166001600160a01b0319831681178455604051919092169283917f8be0079c531659141344cd1fd0a4f28419497f9722a3daafe3b4186f6b6457e09190a35050565b5f5f829050601f815111156101ca578260405163305a27a960e01b815260040161008d919061020a565b80516101d58261023f565b179392505050565b5f602082840312156101ed575f5ffd5b81516001600160a01b0381168114610203575f5ffd5b9392505050565b602081525f82518060208401528060208501604085015e5f604082850101526040601f19601f83011684010191505092915050565b8051602080830151919081101561025f575f198160200360031b1b821691505b50919050565b60805160a05160c05160e0516101005161012051610140516133046102b65f395f6119b801525f61198d01525f611b6f01525f611b4701525f611aa201525f611acc01525f611af601526133045ff3fe608060405234801561000f575f5ffd5b506004361061019a575f3560e01c806384b0196e116100e8578063d0cdd02911610093578063e70434a51161006e578063e70434a51461050f578063f2fde38b14610522578063f698da2514610535578063f767b4da1461053d575f5ffd5b8063d0cdd0291461036a578063d11e9cdb146104c3578063dd4bc101146104d6575f5ffd5b80639a307391116100c35780639a30739114610324578063a3ff39b214610344578063bc19a28514610357575f5ffd5b806384b0196e146102f05780638da5cb5b1461030b57806396c82e571461031b575f5ffd5b80636da61d1e11610148578063771c5a9a11610123578063771c5a9a146102b45780637a759856146102c7578063809f3bc4146102d0575f5ffd5b80636da61d1e1461025a578063715018a61461028557806375434a751461028d575f5ffd5b806333cc17391161017857806333cc1739146102095780633f149f591461021c578063695b7f2314610247575f5ffd5b806320e545481461019e5780632fc3be19146101a8578063304b9bc7146101e2575b5f5ffd5b6101a6610565565b005b6101cf7fa3a000b2b25c7ad47bdaa57fd932d1a74dc292e64f650510889821f938d3587c81565b6040519081526020015b60405180910390f35b6101cf7f6591ed11abb18afd86428820f9679e2001b3ff3ad841abadf348d9b5f9fc7b5381565b6101a6610217366004612a24565b610645565b61022f61022a366004612a9c565b61070d565b6040516001600160a01b0390911681526020016101d9565b61022f610255366004612b5d565b6109b6565b61022f610268366004612b5d565b6001600160a01b039081165f908152600760205260409020541690565b6101a6610a4c565b6101cf7fc41a6a183ba69b9c10ba1c7cab7c295358eca10f8063cf493dc27e9f7cbda51181565b61022f6102c2366004612b76565b610a5f565b6101cf61012c81565b6102e36102de366004612b5d565b610a8e565b6040516101d99190612be2565b6102f8610bb0565b6040516101d99796959493929190612c30565b5f546001600160a01b031661022f565b6101cf60035481565b610337610332366004612b5d565b610c0e565b6040516101d99190612ce2565b6101a6610352366004612b5d565b610ccd565b6101a6610365366004612d34565b610d3b565b61045e610378366004612b5d565b6040805160c0810182525f80825260208201819052918101829052606081018290526080810182905260a0810191909152506001600160a01b039081165f90815260066020908152604091829020825160c08101845281548152600182015492810192909252600201549283169181019190915274010000000000000000000000000000000000000000820460ff1660608201527501000000000000000000000000000000000000000000820463ffffffff16608082015279010000000000000000000000000000000000000000000000000090910465ffffffffffff1660a082015290565b6040516101d991905f60c08201905082518252602083015160208301526001600160a01b03604084015116604083015260ff606084015116606083015263ffffffff608084015116608083015265ffffffffffff60a08401511660a083015292915050565b6101a66104d1366004612dd0565b610e7e565b6101cf6104e4366004612b5d565b6001600160a01b03165f908152600460205260409020600201546bffffffffffffffffffffffff1690565b6101a661051d366004612e53565b611256565b6101a6610530366004612b5d565b6113fe565b6101cf611454565b61055061054b366004612e84565b611462565b604080519283526020830191909152016101d9565b335f908152600560205260409020600201546c01000000000000000000000000900460ff166105c7576040517f76c6c93a0000000000000000000000000000000000000000000000000000000081523360048201526024015b60405180910390fd5b335f908152600560205260408120818155600181018290556002810180547fffffffffffffffffffffffffffffffffffffff00000000000000000000000000169055906106176003830182612954565b505060405133907f80c0b871b97b595b16a7741c1b06fed0c6f6f558639f18ccbce50724325dc40d905f90a2565b61065184848484611555565b335f908152600560205260409020828155600181018290556002810180547fffffffffffffffffffffffffffffffffffffff00ffffffffffffffffffffffff166c01000000000000000000000000179055600381016106b1858783612fbc565b50600281015460405133917f9f25097a5bb26faf6f797ab7b22577a05926ae831c6d89fa1e98f0aeac14dc99916106fe916bffffffffffffffffffffffff1690879087908b908b906130d2565b60405180910390a25050505050565b5f6107188a8a610a5f565b90505f610728878787858d6115ef565b6001600160a01b0383165f908152600660205260409020600281015491925090790100000000000000000000000000000000000000000000000000900465ffffffffffff16156107af576040517fcd76e8450000000000000000000000000000000000000000000000000000000081526001600160a01b03841660048201526024016105be565b8b8155600181018b905560028101805460ff8c1674010000000000000000000000000000000000000000027fffffffffffffffffffffff0000000000000000000000000000000000000000009091166001600160a01b038c1617179055610815426117e4565b6002820180547fff000000000000ffffffffffffffffffffffffffffffffffffffffffffffffff1679010000000000000000000000000000000000000000000000000065ffffffffffff9390931692909202919091179055604080518d8152602081018d905289820135818301526001600160a01b038481166060830152915160ff8d16928c811692908716917f4e743c67b7185acd755b5a2effa2f25f08041db3d382f25ccc6d8f7b4f999d6d9181900360800190a45f7fa3a000b2b25c7ad47bdaa57fd932d1a74dc292e64f650510889821f938d3587c848c8c61090160808e0160608f01613141565b6040805160208101969096526001600160a01b039485169086015260ff909216606085015291909116608083015267ffffffffffffffff1660a082015260c00160405160208183030381529060405280519060200120905061096581878785611833565b6109a6576040517f3ec326960000000000000000000000000000000000000000000000000000000081526001600160a01b03851660048201526024016105be565b5050509998505050505050505050565b6001600160a01b0381165f90815260066020526040812060028101548390790100000000000000000000000000000000000000000000000000900465ffffffffffff1615610a1b575060028101546001600160a01b031680610a1b57505f9392505050565b6001600160a01b038082165f90815260076020526040902054168015610a415780610a43565b815b95945050505050565b610a546118da565b610a5d5f61191f565b565b604080516020808201859052818301849052825180830384018152606090920190925280519101205b92915050565b610ac460405180608001604052805f81526020015f81526020015f6bffffffffffffffffffffffff168152602001606081525090565b6001600160a01b0382165f9081526004602090815260409182902082516080810184528154815260018201549281019290925260028101546bffffffffffffffffffffffff1692820192909252600382018054919291606084019190610b2990612f22565b80601f0160208091040260200160405190810160405280929190818152602001828054610b5590612f22565b8015610ba05780601f10610b7757610100808354040283529160200191610ba0565b820191905f5260205f20905b815481529060010190602001808311610b8357829003601f168201915b5050505050815250509050919050565b5f6060805f5f5f6060610bc1611986565b610bc96119b1565b604080515f808252602082019092527f0f000000000000000000000000000000000000000000000000000000000000009b939a50919850469750309650945092509050565b610c4c6040518060a001604052805f81526020015f81526020015f6bffffffffffffffffffffffff1681526020015f15158152602001606081525090565b6001600160a01b0382165f90815260056020908152604091829020825160a0810184528154815260018201549281019290925260028101546bffffffffffffffffffffffff8116938301939093526c0100000000000000000000000090920460ff1615156060820152600382018054919291608084019190610b2990612f22565b335f8181526007602052604080822080547fffffffffffffffffffffffff0000000000000000000000000000000000000000166001600160a01b03861690811790915590519092917f18b5078a8a55f53c428467b7f19cf8408acc494f8ae06b3e6202b7b2b19d23dc91a350565b610d436118da565b6001600160a01b038616610d83576040517fd92e233d00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b610d8f85858585611555565b6001600160a01b0386165f90815260046020526040902060028101546003546bffffffffffffffffffffffff80851692610dcb92911690613187565b610dd5919061319a565b6003908155848255600182018490556002820180547fffffffffffffffffffffffffffffffffffffffff000000000000000000000000166bffffffffffffffffffffffff85161790558101610e2b868883612fbc565b50866001600160a01b03167f7a315618c0df77ef36efd57bac72b6ef2316d8fa518a2149e05413797229f85d8386868a8a604051610e6d9594939291906130d2565b60405180910390a250505050505050565b6001600160a01b0387165f9081526006602052604081206002810154909179010000000000000000000000000000000000000000000000000090910465ffffffffffff169003610f05576040517f082d79d00000000000000000000000000000000000000000000000000000000081526001600160a01b03891660048201526024016105be565b60028101546001600160a01b031615610f635760028101546040517fa22623ee0000000000000000000000000000000000000000000000000000000081526001600160a01b03808b16600483015290911660248201526044016105be565b6001600160a01b038716610fa3576040517fd92e233d00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b60028101547501000000000000000000000000000000000000000000900463ffffffff1667ffffffffffffffff87161461103f5760028101546040517f1a5fbde000000000000000000000000000000000000000000000000000000000815267ffffffffffffffff88166004820152750100000000000000000000000000000000000000000090910463ffffffff1660248201526044016105be565b604080517f6591ed11abb18afd86428820f9679e2001b3ff3ad841abadf348d9b5f9fc7b5360208201526001600160a01b03808b1692820192909252908816606082015267ffffffffffffffff871660808201525f9060a0016040516020818303038152906040528051906020012090506110bc81878785611833565b6110fd576040517f3ec326960000000000000000000000000000000000000000000000000000000081526001600160a01b038a1660048201526024016105be565b6111458861110a836119dc565b86868080601f0160208091040260200160405190810160405280939291908181526020018383808284375f92019190915250611a2392505050565b611186576040517f836e8d5d0000000000000000000000000000000000000000000000000000000081526001600160a01b03891660048201526024016105be565b6002820180547fffffffffffffffffffffffff0000000000000000000000000000000000000000166001600160a01b038a1617808255600191906015906111ed9084907501000000000000000000000000000000000000000000900463ffffffff166131ad565b92506101000a81548163ffffffff021916908363ffffffff160217905550876001600160a01b0316896001600160a01b03167f0b2f0eed83a8a00a7f4bfee878456f99c98797c58850f37f5312ad172f47916460405160405180910390a3505050505050505050565b6001600160a01b0382165f9081526006602052604081206002810154909179010000000000000000000000000000000000000000000000000090910465ffffffffffff1690036112dd576040517f082d79d00000000000000000000000000000000000000000000000000000000081526001600160a01b03841660048201526024016105be565b60028101546001600160a01b03163314611334576040517f32f007ec0000000000000000000000000000000000000000000000000000000081526001600160a01b03841660048201523360248201526044016105be565b6002810180547fffffffffffffffffffffffff0000000000000000000000000000000000000000166001600160a01b038416178082556001919060159061139b9084907501000000000000000000000000000000000000000000900463ffffffff166131ad565b92506101000a81548163ffffffff021916908363ffffffff160217905550816001600160a01b0316836001600160a01b03167f0b2f0eed83a8a00a7f4bfee878456f99c98797c58850f37f5312ad172f47916460405160405180910390a3505050565b6114066118da565b6001600160a01b038116611448576040517f1e4fbdf70000000000000000000000000000000000000000000000000000000081525f60048201526024016105be565b6114518161191f565b50565b5f61145d611a96565b905090565b5f80805b83811015611548575f60045f878785818110611484576114846131c9565b90506020020160208101906114999190612b5d565b6001600160a01b0316815260208101919091526040015f908120600201546bffffffffffffffffffffffff169150819003611533578585838181106114e0576114e06131c9565b90506020020160208101906114f59190612b5d565b6040517fd118b6360000000000000000000000000000000000000000000000000000000081526001600160a01b0390911660048201526024016105be565b61153d818561319a565b935050600101611466565b50506003545b9250929050565b82801580611564575061012c81115b1561159e576040517fa66754df000000000000000000000000000000000000000000000000000000008152600481018290526024016105be565b6115a88383611bbf565b6115e8576040517f1760028900000000000000000000000000000000000000000000000000000000815260048101849052602481018390526044016105be565b5050505050565b5f6001600160a01b0383166116076020880188612b5d565b6001600160a01b0316141580611632575060ff821661162c60408801602089016131f6565b60ff1614155b1561169a576116446020870187612b5d565b61165460408801602089016131f6565b6040517ff3c259a00000000000000000000000000000000000000000000000000000000081526001600160a01b03909216600483015260ff1660248201526044016105be565b6116aa6080870160608801613141565b67ffffffffffffffff1642111561170a576116cb6080870160608801613141565b6040517f873f97da00000000000000000000000000000000000000000000000000000000815267ffffffffffffffff90911660048201526024016105be565b5f61175c7fc41a6a183ba69b9c10ba1c7cab7c295358eca10f8063cf493dc27e9f7cbda5118860405160200161174192919061320f565b604051602081830303815290604052805190602001206119dc565b9050611769818787611c44565b6001600160a01b0381165f908152600460205260408120600201549193506bffffffffffffffffffffffff90911690036117da576040517fd118b6360000000000000000000000000000000000000000000000000000000081526001600160a01b03831660048201526024016105be565b5095945050505050565b5f65ffffffffffff82111561182f576040517f6dfcc65000000000000000000000000000000000000000000000000000000000815260306004820152602481018390526044016105be565b5090565b5f610a436002611842876119dc565b60405160200161185491815260200190565b604080517fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe08184030181529082905261188c91613272565b602060405180830381855afa1580156118a7573d5f5f3e3d5ffd5b5050506040513d601f19601f820116820180604052508101906118ca9190613288565b8585855f01548660010154611c6e565b5f546001600160a01b03163314610a5d576040517f118cdaa70000000000000000000000000000000000000000000000000000000081523360048201526024016105be565b5f80546001600160a01b038381167fffffffffffffffffffffffff0000000000000000000000000000000000000000831681178455604051919092169283917f8be0079c531659141344cd1fd0a4f28419497f9722a3daafe3b4186f6b6457e09190a35050565b606061145d7f0000000000000000000000000000000000000000000000000000000000000000611ca7565b606061145d7f0000000000000000000000000000000000000000000000000000000000000000611ca7565b5f610a886119e8611a96565b836040517f19010000000000000000000000000000000000000000000000000000000000008152600281019290925260228201526042902090565b5f836001600160a01b03163b5f03611a81575f5f611a418585611ce4565b5090925090505f816003811115611a5a57611a5a61329f565b148015611a785750856001600160a01b0316826001600160a01b0316145b92505050611a8f565b611a8c848484611d2d565b90505b9392505050565b5f306001600160a01b037f000000000000000000000000000000000000000000000000000000000000000016148015611aee57507f000000000000000000000000000000000000000000000000000000000000000046145b15611b1857507f000000000000000000000000000000000000000000000000000000000000000090565b61145d604080517f8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f60208201527f0000000000000000000000000000000000000000000000000000000000000000918101919091527f000000000000000000000000000000000000000000000000000000000000000060608201524660808201523060a08201525f9060c00160405160208183030381529060405280519060200120905090565b5f7fffffffff00000001000000000000000000000000ffffffffffffffffffffffff80838409817f5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b8387857fffffffff00000001000000000000000000000000fffffffffffffffffffffffc878b8c0908090894821191909310169190921416919050565b5f5f5f5f611c53878787611dab565b925092509250611c638282611df2565b509095945050505050565b5f5f5f611c7e8888888888611ef9565b9150915080611c9957611c948888888888611fd4565b611c9b565b815b98975050505050505050565b60605f611cb3836120d0565b6040805160208082528183019092529192505f91906020820181803683375050509182525060208101929092525090565b5f5f5f8351604103611d1b576020840151604085015160608601515f1a611d0d88828585612110565b955095509550505050611d26565b505081515f91506002905b9250925092565b8051604080517f1626ba7e000000000000000000000000000000000000000000000000000000008082526004820186905260248201929092525f92906020820185604483015e5f82606483010152601f820160051c60051b915060205f60648401838a5afa9050825f5114601f3d1116811693505050509392505050565b5f80806041849003611ddf578435602086013560408701355f1a611dd189828585612110565b955095509550505050611de9565b505f915060029050825b93509350939050565b5f826003811115611e0557611e0561329f565b03611e0e575050565b6001826003811115611e2257611e2261329f565b03611e59576040517ff645eedf00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b6002826003811115611e6d57611e6d61329f565b03611ea7576040517ffce698f7000000000000000000000000000000000000000000000000000000008152600481018290526024016105be565b6003826003811115611ebb57611ebb61329f565b03611ef5576040517fd78bce0c000000000000000000000000000000000000000000000000000000008152600481018290526024016105be565b5050565b5f5f611f0586866121f6565b1580611f185750611f168484611bbf565b155b15611f2857505f90506001611fca565b611f358787878787612260565b15611f4557506001905080611fca565b611fb47fbb5a52f42f9c9261ed4361f59422a1e30036e7c32b270c8807a419feca605023600560017fa71af64de5126a4a4e02b7922d66ce9415ce88a4c9d25514d91082c8725ac9577f5d47723c8fbe580bb369fec9c2665d8e30a435b9932645482e7c9f11e872296b612260565b15611fc457505f90506001611fca565b505f9050805b9550959350505050565b5f611fdf85856121f6565b1580611ff25750611ff08383611bbf565b155b15611ffe57505f610a43565b5f61200984846122a0565b90505f612036867fffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551612493565b90505f7fffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551828a0990505f7fffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551838a0990505f6120928584846124a2565b509050896120c07fffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551836132cc565b149b9a5050505050505050505050565b5f60ff8216601f811115610a88576040517fb3512b0c00000000000000000000000000000000000000000000000000000000815260040160405180910390fd5b5f80807f7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a084111561214957505f915060039050826121ec565b604080515f808252602082018084528a905260ff891692820192909252606081018790526080810186905260019060a0016020604051602081039080840390855afa15801561219a573d5f5f3e3d5ffd5b50506040517fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe001519150506001600160a01b0381166121e357505f9250600191508290506121ec565b92505f91508190505b9450945094915050565b5f821580159061222557507fffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc63255183105b801561223057508115155b8015611a8f5750507f7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a81015919050565b5f6040518681528560208201528460408201528360608201528260808201525f5f5260205f60a0836101005afa61229357fe5b50505f5195945050505050565b6122a861298b565b60405180606001604052805f81526020015f81526020015f815250815f601081106122d5576122d56131c9565b6020020181905250604051806060016040528084815260200183815260200160018152508160016010811061230c5761230c6131c9565b602002018190525060405180606001604052807f6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c29681526020017f4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f58152602001600181525081600460108110612383576123836131c9565b60200201526123998160015b60200201516125c6565b60408201526123a981600461238f565b61010082015260208101516123c6908260025b6020020151612622565b60608201526123df8160015b60200201518260046123bc565b60a08201526123ef8160026123d2565b60c08201526123ff8160036123d2565b60e08201526124188160015b60200201518260086123bc565b61012082015261242981600261240b565b61014082015261243a81600361240b565b61016082015261244b81600461240b565b6101808201526124658160015b602002015182600c6123bc565b6101a0820152612476816002612458565b6101c0820152612487816003612458565b6101e082015292915050565b5f611a8f836002840384612680565b5f80808080805b60808110156125aa5781156124dd576124c38484846126a1565b919550935091506124d58484846126a1565b919550935091505b600c60fc89901c1660fe88901c178981601081106124fd576124fd6131c9565b6020020151604001511561259657825f0361256c57898160108110612524576125246131c9565b6020020151518a826010811061253c5761253c6131c9565b6020020151602001518b8360108110612557576125576131c9565b60200201516040015191965094509250612596565b61258e8a8260108110612581576125816131c9565b6020020151868686612745565b919650945092505b50600297881b979690961b956001016124a9565b506125b6838383612892565b945094505050505b935093915050565b6125e760405180606001604052805f81526020015f81526020015f81525090565b5f5f5f612600855f0151866020015187604001516126a1565b6040805160608101825293845260208401929092529082015295945050505050565b61264360405180606001604052805f81526020015f81526020015f81525090565b5f5f5f61265d86865f015187602001518860400151612745565b604080516060810182529384526020840192909252908201529695505050505050565b5f5f5f61268e8686866128f1565b9150915081610a4357610a436012612943565b5f5f5f7fffffffff00000001000000000000000000000000ffffffffffffffffffffffff80868709818687098283848384097fffffffff00000001000000000000000000000000fffffffffffffffffffffffc0984858c8d096003090890508283838b09600409838482600209850385848509089650838485858609600809850385868a880385088509089550505050808186880960020991505093509350939050565b5f5f5f7fffffffff00000001000000000000000000000000ffffffffffffffffffffffff604088015181818209828388858a8b090960208c0151098381850385868686098c090884858a8b098d51098581870387868f09089350811584151680156127b757600181146127fd57612881565b868586098788898386096002098903898a848a098b038b88890908089a5087888983890987098903898a8e8c038c8689090887090899505086878c880986099750612881565b8c8c8c898283098a8283098b8c8d8384097fffffffff00000001000000000000000000000000fffffffffffffffffffffffc098d8e8889096003090890508b8c83870960040994508b8c866002098d038d838409089e508b8c8384096008098c0391508b8f8d03860894508b828d878409089d505050898a8284096002099a505050505b505050505050509450945094915050565b5f5f825f036128a557505f9050806125be565b7fffffffff00000001000000000000000000000000ffffffffffffffffffffffff5f6128d18583612493565b905081818209828189099450828383830988099350505050935093915050565b5f5f825f0361290457505f9050806125be565b60405160208152602080820152602060408201528560608201528460808201528360a082015260205f60c08360055afa9250505f519050935093915050565b634e487b715f52806020526024601cfd5b50805461296090612f22565b5f825580601f1061296f575050565b601f0160209004905f5260205f209081019061145191906129d2565b6040518061020001604052806010905b6129bc60405180606001604052805f81526020015f81526020015f81525090565b81526020019060019003908161299b5790505090565b5b8082111561182f575f81556001016129d3565b5f5f83601f8401126129f6575f5ffd5b50813567ffffffffffffffff811115612a0d575f5ffd5b60208301915083602082850101111561154e575f5ffd5b5f5f5f5f60608587031215612a37575f5ffd5b843567ffffffffffffffff811115612a4d575f5ffd5b612a59878288016129e6565b90989097506020870135966040013595509350505050565b803560ff81168114612a81575f5ffd5b919050565b80356001600160a01b0381168114612a81575f5ffd5b5f5f5f5f5f5f5f5f5f898b03610160811215612ab6575f5ffd5b8a35995060208b01359850612acd60408c01612a71565b9750612adb60608c01612a86565b965060807fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff8082011215612b0c575f5ffd5b5060808a0194506101008a013567ffffffffffffffff811115612b2d575f5ffd5b612b398c828d016129e6565b9a9d999c50979a969995989596610120810135966101409091013595509350505050565b5f60208284031215612b6d575f5ffd5b611a8f82612a86565b5f5f60408385031215612b87575f5ffd5b50508035926020909101359150565b5f81518084528060208401602086015e5f6020828601015260207fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0601f83011685010191505092915050565b6020815281516020820152602082015160408201526bffffffffffffffffffffffff60408301511660608201525f6060830151608080840152612c2860a0840182612b96565b949350505050565b7fff000000000000000000000000000000000000000000000000000000000000008816815260e060208201525f612c6a60e0830189612b96565b8281036040840152612c7c8189612b96565b606084018890526001600160a01b038716608085015260a0840186905283810360c0850152845180825260208087019350909101905f5b81811015612cd1578351835260209384019390920191600101612cb3565b50909b9a5050505050505050505050565b6020815281516020820152602082015160408201526bffffffffffffffffffffffff60408301511660608201526060820151151560808201525f608083015160a080840152612c2860c0840182612b96565b5f5f5f5f5f5f60a08789031215612d49575f5ffd5b612d5287612a86565b9550602087013567ffffffffffffffff811115612d6d575f5ffd5b612d7989828a016129e6565b909650945050604087013592506060870135915060808701356bffffffffffffffffffffffff81168114612dab575f5ffd5b809150509295509295509295565b803567ffffffffffffffff81168114612a81575f5ffd5b5f5f5f5f5f5f5f60c0888a031215612de6575f5ffd5b612def88612a86565b9650612dfd60208901612a86565b9550612e0b60408901612db9565b9450606088013593506080880135925060a088013567ffffffffffffffff811115612e34575f5ffd5b612e408a828b016129e6565b989b979a50959850939692959293505050565b5f5f60408385031215612e64575f5ffd5b612e6d83612a86565b9150612e7b60208401612a86565b90509250929050565b5f5f60208385031215612e95575f5ffd5b823567ffffffffffffffff811115612eab575f5ffd5b8301601f81018513612ebb575f5ffd5b803567ffffffffffffffff811115612ed1575f5ffd5b8560208260051b8401011115612ee5575f5ffd5b6020919091019590945092505050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52604160045260245ffd5b600181811c90821680612f3657607f821691505b602082108103612f6d577f4e487b71000000000000000000000000000000000000000000000000000000005f52602260045260245ffd5b50919050565b601f821115612fb757805f5260205f20601f840160051c81016020851015612f985750805b601f840160051c820191505b818110156115e8575f8155600101612fa4565b505050565b67ffffffffffffffff831115612fd457612fd4612ef5565b612fe883612fe28354612f22565b83612f73565b5f601f841160018114613038575f85156130025750838201355b7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff600387901b1c1916600186901b1783556115e8565b5f838152602081207fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe08716915b828110156130855786850135825560209485019460019092019101613065565b50868210156130c0577fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff60f88860031b161c19848701351681555b505060018560011b0183555050505050565b6bffffffffffffffffffffffff8616815284602082015283604082015260806060820152816080820152818360a08301375f81830160a090810191909152601f9092017fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0160101949350505050565b5f60208284031215613151575f5ffd5b611a8f82612db9565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52601160045260245ffd5b81810381811115610a8857610a8861315a565b80820180821115610a8857610a8861315a565b63ffffffff8181168382160190811115610a8857610a8861315a565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52603260045260245ffd5b5f60208284031215613206575f5ffd5b611a8f82612a71565b82815260a081016001600160a01b0361322784612a86565b16602083015260ff61323b60208501612a71565b1660408301525f604084013590508060608401525067ffffffffffffffff61326560608501612db9565b1660808301529392505050565b5f82518060208501845e5f920191825250919050565b5f60208284031215613298575f5ffd5b5051919050565b7f4e487b71000000000000000000000000000000000000000000000000000000005f52602160045260245ffd5b5f826132ff577f4e487b71000000000000000000000000000000000000000000000000000000005f52601260045260245ffd5b50069056" as const;
